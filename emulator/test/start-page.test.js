import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { read } from "../test-support/client.js";
import { manyUsers, PEOPLE, startTenant } from "../test-support/tenant.js";

let tenant;

before(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

const startPage = async () => read(await fetch(tenant.url));

/** The link of the login page, followed. */
async function forgotPage(params) {
  const login = await read(await fetch(tenant.authorizeUrl({ params })));
  const [, href] = /<a href="([^"]+)">Forgot password\?<\/a>/.exec(login.text);
  return { href, ...(await read(await fetch(new URL(href, tenant.url)))) };
}

async function ask(email, params) {
  const { href } = await forgotPage(params);
  const state = new URL(href, tenant.url).searchParams.get("state");
  const body = new URLSearchParams({ state, email });
  const response = await fetch(`${tenant.url}/u/reset-password/request`, { method: "POST", body });
  return read(response);
}

test("the start page shows settings, applications, people and passwords, but no secret of an application", async () => {
  const { status, text, headers } = await startPage();
  assert.equal(status, 200);
  for (const shown of [
    tenant.url,
    tenant.clientId,
    tenant.audience,
    "Mobile App",
    "http://localhost:3000/callback",
    "Ada Lovelace",
    PEOPLE.ada,
    "ada@example.com, password Correct-horse-1",
    "google-oauth2: katherine@gmail.example",
    "sms: +14258831929",
    "Blocked by an administrator",
  ]) {
    assert.ok(text.includes(shown), shown);
  }
  assert.ok(!text.includes(tenant.clientSecret));
  assert.match(headers.get("content-security-policy"), /default-src 'none'/);
});

test("the start page escapes what it shows, and ends a long list", async () => {
  tenant.reset();
  for (const { user_id } of tenant.users()) tenant.removeUser(user_id);
  tenant.addUser({ name: "<script>alert(1)</script>" });
  for (const user of manyUsers(60)) tenant.addUser(user);
  const { text } = await startPage();
  assert.ok(text.includes("&lt;script&gt;alert(1)"));
  assert.ok(!text.includes("<script"));
  assert.ok(text.includes("And 11 more."));
});

test("a forgotten password is reset through the emailed link", async () => {
  const { text } = await ask("Ada@Example.com");
  assert.match(text, /Check Your Email/);
  const [email] = tenant.emails(PEOPLE.ada);
  assert.equal(email.template, "reset_email");
  assert.ok((await startPage()).text.includes(email.link));
  const ticket = new URL(email.link).searchParams.get("ticket");
  const fields = { ticket, password: "Another-1", confirmation: "Another-1" };
  const body = new URLSearchParams(fields);
  const done = await read(await fetch(`${tenant.url}/u/reset-password`, { method: "POST", body }));
  assert.match(done.text, /Password changed/);
  const { code } = await tenant.login({ user: PEOPLE.ada, password: "Another-1" });
  assert.ok(code);
});

test("the answer is the same for an account, for none, and for one without a password", async () => {
  const answer = async (email) => {
    const { status, text } = await ask(email);
    return { status, text: text.replaceAll(email, "EMAIL") };
  };
  const known = await answer("ada@example.com");
  assert.deepEqual(await answer("nobody@example.com"), known);
  assert.deepEqual(await answer("grace@example.com"), known);
  assert.equal(tenant.emails().length, 1);
});

test("the page knows the hinted email, refuses nonsense, and needs a login", async () => {
  const { text } = await forgotPage({ login_hint: "ada@example.com" });
  assert.match(text, /value="ada@example\.com"/);
  const refused = await ask("nonsense");
  assert.equal(refused.status, 400);
  assert.match(refused.text, /Please enter an email address/);
  assert.equal((await fetch(`${tenant.url}/u/reset-password/request?state=x`)).status, 400);
});

test("only an identity that may sign in here gets a link", async () => {
  tenant.addConnection({ name: "staff", strategy: "auth0" });
  const user_id = "auth0|staff1";
  tenant.addUser({
    user_id,
    email: "staff@example.com",
    connection: "staff",
    password: "Secret-1",
  });
  await ask("staff@example.com", { connection: "Username-Password-Authentication" });
  assert.equal(tenant.emails().length, 0);
  await ask("staff@example.com", { connection: "staff" });
  assert.equal(tenant.emails(user_id).length, 1);
});

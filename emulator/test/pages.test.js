import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { api } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

let tenant;

before(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

/** The login page that a request to `/authorize` leads to. */
async function loginPage(params) {
  const response = await fetch(tenant.authorizeUrl({ params }));
  return { url: response.url, text: await response.text() };
}

const send = (fields) =>
  fetch(new URL("/u/login", tenant.url), {
    method: "POST",
    body: new URLSearchParams(fields),
    redirect: "manual",
  });

/** The fields of the form that contains the button with this text. */
function formWith(text, button) {
  const form = text.split("<form").find((part) => part.includes(`>${button}<`));
  return Object.fromEntries(
    [...form.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map((match) =>
      match.slice(1),
    ),
  );
}

const focused = (text) => /<input id="(\w+)"[^>]* autofocus>/.exec(text)?.[1];

test("the email field has the focus, or the password field if the email is known", async () => {
  assert.equal(focused((await loginPage()).text), "username");
  const hinted = (await loginPage({ login_hint: "ada@example.com" })).text;
  assert.equal(focused(hinted), "password");
  assert.match(hinted, /value="ada@example\.com"/);
});

test("after a wrong password the email is kept, and the password field has the focus", async () => {
  const state = new URL((await loginPage()).url).searchParams.get("state");
  const text = await (await send({ state, username: `"ada"@x`, password: "wrong" })).text();
  assert.match(text, /Wrong email or password/);
  assert.match(text, /value="&quot;ada&quot;@x"/);
  assert.equal(focused(text), "password");
});

test("the page shows who can sign in with a password, and signs them in at one click", async () => {
  const { text } = await loginPage();
  assert.match(text, />Ada Lovelace<small>ada@example\.com<\/small>/);
  assert.ok(!text.includes("Grace Hopper"), "she has no password");
  const response = await send(formWith(text, "Ada Lovelace"));
  assert.equal(response.status, 302);
  assert.match(response.headers.get("location"), /\?code=/);
});

test("a tenant without passwords, or a login that allows none, shows nobody", async () => {
  assert.ok(!(await loginPage({ connection: "github" })).text.includes("People in this tenant"));
  for (const { user_id } of tenant.users()) tenant.removeUser(user_id);
  assert.ok(!(await loginPage()).text.includes("People in this tenant"));
});

test("at most six people are shown", async () => {
  for (let index = 0; index < 9; index += 1) {
    tenant.addUser({ email: `person${index}@example.com`, password: "Secret-1" });
  }
  assert.equal((await loginPage()).text.match(/<small>/g).length, 6);
});

test("providers have the names that people know", async () => {
  const { text } = await loginPage();
  const names = [...text.matchAll(/>Continue with ([^<]+)</g)].map(([, name]) => name);
  assert.deepEqual(names, ["Google", "GitHub", "Microsoft", "Apple", "Acme", "SMS"]);
});

test("the page after a password change leads back to the application of the ticket", async () => {
  const call = await api(tenant);
  const client = tenant.addClient({
    name: "Shop",
    initiate_login_uri: "https://shop.example.com/?a=1&b=2",
  });
  for (const [client_id, link] of [
    [client.client_id, `href="https://shop.example.com/?a=1&amp;b=2">Back to Shop<`],
    [tenant.clientId, undefined],
  ]) {
    const json = { user_id: PEOPLE.ada, client_id };
    const { body } = await call("POST", "/tickets/password-change", { json });
    const ticket = new URL(body.ticket).searchParams.get("ticket");
    const response = await fetch(new URL("/u/reset-password", tenant.url), {
      method: "POST",
      body: new URLSearchParams({
        ticket,
        password: "New-password-2",
        confirmation: "New-password-2",
      }),
    });
    const text = await response.text();
    assert.match(text, /<h1>Password changed<\/h1>/);
    assert.equal(text.includes("Back to"), link !== undefined);
    if (link) assert.ok(text.includes(link), text);
  }
});

test("no page can be shown in a frame of another one", async () => {
  const login = await fetch(tenant.authorizeUrl());
  const refused = await fetch(`${tenant.url}/authorize?client_id=nobody`);
  for (const { headers } of [login, refused, await fetch(tenant.url)]) {
    assert.equal(headers.get("x-frame-options"), "deny");
  }
});

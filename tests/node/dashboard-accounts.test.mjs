// The dashboard over HTTP: connected accounts and the password.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import {
  changes,
  redirectTarget,
  signedIn,
  signedInLongAgo,
  Visitor,
} from "../../test-support/dashboard-app.mjs";

const { ada, grace, linked, linus } = PEOPLE;
const LINKED_GOOGLE = "google-oauth2|115015401343387192604";

for (const path of ["/password", "/accounts/connect"]) {
  test(`${path} requires a fresh sign-in, with the password even if Auth0 knows the browser`, async (t) => {
    const { visitor, tenant } = await signedInLongAgo(t);
    const stale = await visitor.post(path, { provider: "github" });
    assert.equal(stale.status, 403);
    assert.match(stale.text, /href="\/sign-in\/again"/);
    assert.deepEqual(changes(tenant), []);
    const { searchParams } = new URL((await visitor.get("/sign-in/again")).location);
    assert.deepEqual(
      ["prompt", "max_age", "login_hint"].map((name) => searchParams.get(name)),
      ["login", "0", "ada@example.com"],
    );
    await visitor.signIn(ada, "/sign-in/again");
    assert.match(await visitor.page(), /You can now change/);
    const { status, text } = await visitor.post(path, { provider: "github" });
    assert.equal(status, 200);
    assert.ok(redirectTarget({ text }).startsWith(tenant.origin));
  });
}

test("a user without a password sees a message and gets no link", async (t) => {
  const { visitor } = await signedIn(t, grace);
  assert.ok(!(await visitor.page()).includes("Change password"));
  assert.equal((await visitor.post("/password")).location, "/");
  assert.match(await visitor.page(), /role="alert">You sign in without a password/);
});

const signedOutTo = async ({ visitor }) => (await visitor.get("/")).location;

test("after a new password the user reads that it was changed, wherever they come back", async (t) => {
  const here = await signedIn(t);
  const ticket = new URL(redirectTarget(await here.visitor.post("/password")));
  const done = await fetch(new URL("/u/reset-password", ticket), {
    method: "POST",
    body: new URLSearchParams({
      ticket: ticket.searchParams.get("ticket"),
      password: "Another-horse-2",
      confirmation: "Another-horse-2",
    }),
  });
  assert.match(await done.text(), new RegExp(`href="${here.url}">Back to Account security<`));
  assert.equal(await signedOutTo(here), "/password-changed");
  const { text } = await here.visitor.get("/password-changed");
  assert.match(text, /Your password was changed/);
  assert.match(text, /href="\/sign-in"/);
});

test("who was signed out long after opening the page for a new password reads just that", async (t) => {
  const here = await signedIn(t);
  await here.visitor.post("/password");
  here.tenant.removeUser(ada);
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 16 * 60_000 });
  assert.equal(await signedOutTo(here), "/signed-out");
});

test("an account that is connected already is not announced as new", async (t) => {
  const here = await signedIn(t, linked);
  await here.visitor.get(await connect(here, "google-oauth2", { as: LINKED_GOOGLE }));
  assert.match(await here.visitor.page(), /already/);
  assert.equal(here.tenant.user(linked).identities.length, 2);
});

async function connect({ visitor }, provider, how) {
  const page = await visitor.post("/accounts/connect", { provider });
  return visitor.throughTenant(redirectTarget(page), how);
}

test("signing out ends this session even if another account was connected meanwhile", async (t) => {
  const here = await signedIn(t);
  await here.visitor.get(await connect(here, "github", { as: linus }));
  assert.match(await here.visitor.page(), /GitHub \(linus@example\.com\) was connected/);
  await here.visitor.post("/sign-out");
  here.tenant.settle();
  assert.equal(here.tenant.session(here.sid), undefined);
});

test("a connection that another user began cannot be finished", async (t) => {
  const mallory = await signedIn(t, linked);
  const victim = new Visitor(mallory.dashboard);
  await victim.signIn(ada);
  const lure = await connect(mallory, "github", { as: linus });
  await victim.get(lure);
  assert.match(await victim.page(), /role="alert">This connection was not started here/);
  assert.equal(mallory.tenant.user(ada).identities.length, 1);
  assert.equal(mallory.tenant.user(linked).identities.length, 2);
});

for (const [name, provider, how, pattern] of [
  ["that was cancelled", "github", { as: linus, deny: true }, /role="status">You cancelled/],
  [
    "of a user with several accounts",
    "google-oauth2",
    { as: LINKED_GOOGLE },
    /connected to somebody else/,
  ],
]) {
  test(`a connection ${name} changes nothing and says why`, async (t) => {
    const here = await signedIn(t);
    await here.visitor.get(await connect(here, provider, how));
    assert.match(await here.visitor.page(), pattern);
    assert.equal(here.tenant.user(ada).identities.length, 1);
  });
}

for (const query of [
  "",
  "?error=server_error&error_description=%3Cb%3Eboo",
  "?code=a&code=b&state=c",
]) {
  test(`a broken callback, "${query}", shows a message of our own`, async (t) => {
    const { visitor } = await signedIn(t);
    await visitor.get(`/accounts/connected${query}`);
    const text = await visitor.page();
    assert.match(text, /role="alert">The account could not be connected/);
    assert.ok(!text.includes("boo"));
  });
}

for (const provider of ["facebook", "__proto__", "constructor", "email-password"]) {
  test(`an account of "${provider}" cannot be connected`, async (t) => {
    const { visitor } = await signedIn(t);
    assert.equal((await visitor.post("/accounts/connect", { provider })).status, 404);
  });
}

for (const [name, person, account, pattern] of [
  ["the main account", linked, { provider: "email-password", id: linked.slice(6) }, /main account/],
  ["the only account", grace, { provider: "google-oauth2", id: grace.slice(14) }, /cannot be disc/],
  ["another person's account", ada, { provider: "github", id: linus.slice(7) }, /No such account/],
]) {
  test(`${name} is not disconnected, not even by a handmade form`, async (t) => {
    const { visitor, tenant } = await signedIn(t, person);
    const before = JSON.stringify(tenant.users());
    await visitor.post("/accounts/disconnect", account);
    assert.match(await visitor.page(), pattern);
    assert.equal(JSON.stringify(tenant.users()), before);
  });
}

for (const [path, body] of [
  ["/sessions/sign-out", ""],
  ["/sessions/sign-out", "id="],
  ["/sessions/sign-out", "id=a&id=b"],
  ["/accounts/disconnect", "provider=github"],
  ["/accounts/disconnect", `provider=github&id=${"1".repeat(5000)}`],
  ["/accounts/connect", "provider[]=github"],
]) {
  test(`${path} rejects ${JSON.stringify(body.slice(0, 30))}`, async (t) => {
    const { visitor, tenant } = await signedIn(t);
    const { status } = await visitor.post(path, body);
    assert.ok([400, 413].includes(status), String(status));
    assert.deepEqual(changes(tenant), []);
  });
}

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { api, exchange, token } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

let tenant;
let call;

before(async () => {
  tenant = await startTenant();
  call = await api(tenant);
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

const { ada, grace } = PEOPLE;
const path = (id, rest = "") => `/users/${encodeURIComponent(id)}${rest}`;
const patch = (json, id = ada) => call("PATCH", path(id), { json });

/** A refresh token that can be exchanged. */
async function refreshTokenOf(user) {
  const { code } = await tenant.login({ user, scope: "openid offline_access" });
  return (await exchange(tenant, code)).body.refresh_token;
}

const refresh = (refresh_token) =>
  exchange(tenant, undefined, { grant_type: "refresh_token", refresh_token });

test("a blocked user can neither sign in nor refresh, until the block is lifted", async () => {
  const refreshToken = await refreshTokenOf(ada);
  const blocked = await patch({ blocked: true });
  assert.deepEqual([blocked.status, blocked.body.blocked], [200, true]);
  assert.equal((await call("GET", path(ada))).body.blocked, true);
  const login = await tenant.login({ user: ada });
  assert.deepEqual([login.error, login.error_description], ["unauthorized", "user is blocked"]);
  const refused = await refresh(refreshToken);
  assert.deepEqual([refused.status, refused.body.error], [403, "invalid_grant"]);
  assert.equal((await patch({ blocked: false })).body.blocked, false);
  assert.ok((await tenant.login({ user: ada })).code);
  assert.equal((await refresh(refreshToken)).status, 200);
});

test("single sign-on does not get around a block", async () => {
  const browser = tenant.browser();
  await browser.authorize(tenant.authorizeUrl(), { as: ada });
  await patch({ blocked: true });
  const { error } = await browser.authorize(tenant.authorizeUrl({ params: { prompt: "none" } }));
  assert.equal(error, "unauthorized");
});

test("a block leaves the sessions alone, unless a quirk ends them", async (t) => {
  const before = tenant.sessions(ada).length;
  await patch({ blocked: true });
  assert.equal(tenant.sessions(ada).length, before);
  const ending = await startTenant({ quirks: { blockEndsSessions: true } });
  t.after(() => ending.close());
  const callEnding = await api(ending);
  await callEnding("PATCH", path(ada), { json: { blocked: false } });
  assert.equal(ending.sessions(ada).length, before);
  await callEnding("PATCH", path(ada), { json: { blocked: true } });
  assert.equal(ending.sessions(ada).length, 0);
  assert.ok(ending.refreshTokens(ada).length > 0);
});

test("a password set by an administrator lifts the block and ends the sessions", async () => {
  await patch({ blocked: true });
  const { body } = await patch({ password: "New-password-2" });
  assert.equal(body.blocked, false);
  assert.ok(Date.parse(body.last_password_reset) > 0);
  assert.deepEqual(tenant.sessions(ada), []);
  assert.ok((await tenant.login({ user: ada, password: "New-password-2" })).code);
});

test("a request that sets a password and blocks the user does block the user", async () => {
  const { body } = await patch({ password: "New-password-2", blocked: true });
  assert.equal(body.blocked, true);
});

test("a password does not make an unblocked user say so", async () => {
  const { body } = await patch({ password: "New-password-2" });
  assert.ok(!Object.hasOwn(body, "blocked"));
});

test("a used password ticket lifts the block; an unused one does not", async () => {
  const { blocked } = PEOPLE;
  const json = { user_id: blocked };
  const { body } = await call("POST", "/tickets/password-change", { json });
  assert.equal(tenant.user(blocked).blocked, true);
  const ticket = new URL(body.ticket).searchParams.get("ticket");
  const fields = { ticket, password: "New-password-2", confirmation: "New-password-2" };
  await fetch(`${tenant.url}/u/reset-password`, {
    method: "POST",
    body: new URLSearchParams(fields),
  });
  assert.equal(tenant.user(blocked).blocked, false);
  assert.ok((await tenant.login({ user: blocked, password: "New-password-2" })).code);
});

const DATABASE = "Username-Password-Authentication";

/** A browser that tries passwords on the login page; each attempt begins a login of its own. */
async function attempt(username, password, options) {
  const start = await fetch(tenant.authorizeUrl(options), { redirect: "manual" });
  const state = new URL(start.headers.get("location"), tenant.url).searchParams.get("state");
  const body = new URLSearchParams({ state, username, password });
  const init = { method: "POST", body, redirect: "manual" };
  return (await fetch(`${tenant.url}/u/login`, init)).status;
}

async function failTimes(times, username, options) {
  for (let time = 0; time < times; time += 1) {
    assert.equal(await attempt(username, "wrong", options), 400);
  }
}

test("a block by brute-force protection does not depend on the case of the name", async () => {
  await failTimes(5, "ada@example.com");
  await failTimes(5, "ADA@example.com");
  for (const name of ["ada@example.com", "Ada@Example.com", "ADA@example.com"]) {
    assert.equal(await attempt(name, "Correct-horse-1"), 429, name);
  }
});

test("a right password begins the count of wrong ones anew", async () => {
  await failTimes(9, "ada@example.com");
  assert.equal(await attempt("ada@example.com", "Correct-horse-1"), 302);
  await failTimes(9, "ada@example.com");
  assert.equal(await attempt("ada@example.com", "Correct-horse-1"), 302);
  assert.deepEqual(tenant.blocks(ada), []);
});

test("a linked identity with a password is protected, too, each in its own database", async () => {
  const { id: connection_id } = tenant.addConnection({ name: "Staff", strategy: "auth0" });
  const email = "second@example.com";
  tenant.addUser({ user_id: "auth0|second", email, password: "Secret-12", connection: "Staff" });
  const json = { provider: "auth0", user_id: "second", connection_id };
  assert.equal((await call("POST", path(grace, "/identities"), { json })).status, 201);
  assert.equal(await attempt(email, "Secret-12"), 302);
  await failTimes(10, email);
  assert.equal(await attempt(email, "Secret-12"), 429);
  const [block] = tenant.blocks(grace);
  assert.deepEqual([block.identifier, block.connection], [email, "Staff"]);
  assert.equal(tenant.logs(grace).filter(({ type }) => type === "limit_wc").length, 1);
  assert.equal(await attempt(email, "Secret-12", { connection: DATABASE }), 400);
  const query = `/user-blocks?identifier=${encodeURIComponent(email)}`;
  assert.deepEqual((await call("GET", query)).body.blocked_for, [block]);
  assert.equal((await call("DELETE", query)).status, 204);
  assert.equal(await attempt(email, "Secret-12"), 302);
});

test("accounts with one name in two databases are protected each for itself", async () => {
  tenant.addConnection({ name: "Staff", strategy: "auth0" });
  const email = "ada@example.com";
  tenant.addUser({ user_id: "auth0|staff", email, password: "Secret-12", connection: "Staff" });
  await failTimes(9, email);
  assert.equal(await attempt(email, "Secret-12"), 302, "either password begins the count anew");
  await failTimes(9, email);
  assert.equal(await attempt(email, "Correct-horse-1"), 302);
  await failTimes(10, email, { connection: DATABASE });
  assert.equal(await attempt(email, "Correct-horse-1", { connection: DATABASE }), 429);
  assert.equal(await attempt(email, "Correct-horse-1"), 400, "the blocked account stays so");
  assert.equal(await attempt(email, "Secret-12"), 302);
  assert.deepEqual([tenant.blocks(ada).length, tenant.blocks("auth0|staff")], [1, []]);
});

test("an administrator's block and brute-force protection are independent", async () => {
  tenant.addBlock({ user_id: ada, identifier: "ada@example.com", ip: "203.0.113.9" });
  await patch({ blocked: true });
  await call("DELETE", `/user-blocks/${encodeURIComponent(ada)}`);
  assert.deepEqual([tenant.blocks(ada), tenant.user(ada).blocked], [[], true]);
  tenant.addBlock({ user_id: ada, identifier: "ada@example.com" });
  await patch({ blocked: false });
  assert.deepEqual(tenant.blocks(ada), [{ identifier: "ada@example.com" }]);
  assert.equal(tenant.blocks().length, 1);
});

test("blocking needs update:users, an existing user and a boolean", async () => {
  assert.equal((await patch({ blocked: "yes" })).body.errorCode, "invalid_body");
  assert.equal((await patch({ blocked: true }, "auth0|nobody")).body.errorCode, "inexistent_user");
  tenant.setScopes(["read:users"]);
  const { body } = await token(tenant);
  const json = { blocked: true };
  const refused = await call("PATCH", path(grace), { json, token: body.access_token });
  assert.deepEqual([refused.status, refused.body.errorCode], [403, "insufficient_scope"]);
});

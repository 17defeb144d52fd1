import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { api } from "../test-support/client.js";
import { PEOPLE, SESSIONS, startTenant } from "../test-support/tenant.js";

let tenant;
let call;

before(async () => {
  tenant = await startTenant();
  call = await api(tenant);
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

const user = (id, rest = "") => `/users/${encodeURIComponent(id)}${rest}`;
const methods = user(PEOPLE.ada, "/authentication-methods");

test("authentication methods: masked lists, totals, one by one", async () => {
  const list = await call("GET", `${methods}?include_totals=true`);
  assert.deepEqual([list.body.start, list.body.limit, list.body.total], [0, 50, 2]);
  assert.equal(list.body.authenticators[1].phone_number, "XXXXXXXX5044");
  const none = await call("GET", user(PEOPLE.grace, "/authentication-methods?include_totals=true"));
  assert.deepEqual(none.body, { start: 0, limit: 50, authenticators: [] });
  const id = encodeURIComponent(list.body.authenticators[0].id);
  assert.equal((await call("DELETE", `${methods}/${id}`)).status, 204);
  assert.equal((await call("DELETE", `${methods}/${id}`)).status, 404);
});

test("authentication methods: another user's id finds nothing", async () => {
  const id = encodeURIComponent("totp|dev_F9T7cy0hM0IgHjwP");
  const response = await call("DELETE", user(PEOPLE.grace, `/authentication-methods/${id}`));
  assert.equal(response.status, 404);
  assert.equal(tenant.authenticationMethods(PEOPLE.ada).length, 2);
});

test("authentication methods: a passkey protects the whole list", async () => {
  tenant.addAuthenticationMethod({ user_id: PEOPLE.ada, type: "passkey" });
  assert.equal((await call("DELETE", methods)).status, 403);
  const json = [{ type: "phone", phone_number: "+14255550000", name: "Mine" }];
  const put = await call("PUT", methods, { json });
  assert.equal(put.body[0].phone_number, "+14255550000");
  assert.equal((await call("DELETE", methods)).status, 204);
  const created = await call("POST", methods, {
    json: { type: "email", email: "ada@example.com" },
  });
  assert.equal(created.status, 201);
  const renamed = await call("PATCH", `${methods}/${encodeURIComponent(created.body.id)}`, {
    json: { name: "Work" },
  });
  assert.equal(renamed.body.name, "Work");
});

test("blocks are read and lifted by id and by identifier", async () => {
  const block = { identifier: "ada@example.com", ip: "203.0.113.9" };
  const url = `/user-blocks/${encodeURIComponent(PEOPLE.ada)}`;
  for (const [read, lift] of [
    [url, url],
    ["/user-blocks?identifier=ada%40example.com", "/user-blocks?identifier=ada%40example.com"],
  ]) {
    tenant.addBlock({ user_id: PEOPLE.ada, ...block });
    assert.deepEqual((await call("GET", read)).body, { blocked_for: [block] });
    assert.equal((await call("DELETE", lift)).status, 204);
    assert.deepEqual((await call("GET", read)).body, { blocked_for: [] });
  }
});

test("the log contains logins and writes, newest first", async () => {
  await tenant.login({ user: PEOPLE.ada });
  await call("DELETE", user(PEOPLE.ada, "/sessions"), { headers: { "x-correlation-id": "c1" } });
  const { body } = await call("GET", user(PEOPLE.ada, "/logs?include_totals=true"));
  assert.deepEqual(
    body.logs.map((event) => event.type),
    ["sapi", "s"],
  );
  assert.equal(body.logs[0].references.correlation_id, "c1");
  const far = await call("GET", user(PEOPLE.ada, "/logs?page=20&per_page=50"));
  assert.equal(far.body.message, "You can only page through the first 1000 records.");
});

test("revoke-access: one session, everything, and nobody else's", async () => {
  const url = user(PEOPLE.grace, "/revoke-access");
  const foreign = await call("POST", url, { json: { session_id: SESSIONS.adaWindows } });
  assert.equal(foreign.status, 202);
  assert.ok(tenant.session(SESSIONS.adaWindows));
  await call("POST", url, {
    json: { session_id: SESSIONS.graceTablet, preserve_refresh_tokens: true },
  });
  assert.deepEqual(
    [tenant.sessions(PEOPLE.grace).length, tenant.refreshTokens(PEOPLE.grace).length],
    [1, 1],
  );
  await call("POST", url, { json: {} });
  assert.deepEqual(
    [tenant.sessions(PEOPLE.grace).length, tenant.refreshTokens(PEOPLE.grace).length],
    [0, 0],
  );
  const long = await call("POST", url, { json: { session_id: "x".repeat(51) } });
  assert.equal(
    long.body.message,
    "Payload validation error: 'String is too long (51 chars), maximum 50' on property session_id (ID of the session to revoke).",
  );
});

test("users can be created, changed, searched and deleted", async () => {
  const json = {
    connection: "Username-Password-Authentication",
    email: "New@Example.com",
    password: "Secret-1",
  };
  const created = await call("POST", "/users", { json });
  assert.equal(created.body.email, "new@example.com");
  assert.equal((await call("POST", "/users", { json })).status, 409);
  const id = created.body.user_id;
  await call("PATCH", user(id), { json: { user_metadata: { a: 1, b: { c: 2 } } } });
  const merged = await call("PATCH", user(id), { json: { user_metadata: { a: null } } });
  assert.deepEqual(merged.body.user_metadata, { b: { c: 2 } });
  const found = await call("GET", `/users?q=${encodeURIComponent('email:"new@example.com"')}`);
  assert.deepEqual(
    found.body.map((row) => row.user_id),
    [id],
  );
  assert.equal((await call("DELETE", user(id))).status, 204);
  assert.equal((await call("DELETE", user(id))).status, 204);
});

test("a new email ends the user's sessions", async () => {
  await call("PATCH", user(PEOPLE.ada), { json: { nickname: "countess" } });
  assert.ok(tenant.sessions(PEOPLE.ada).length > 0);
  await call("PATCH", user(PEOPLE.ada), { json: { email: "countess@example.com" } });
  assert.equal(tenant.sessions(PEOPLE.ada).length, 0);
});

test("without an Enterprise plan sessions cannot be managed", async (t) => {
  const free = await startTenant({ plan: "essentials" });
  t.after(() => free.close());
  const callFree = await api(free);
  const response = await callFree("GET", `/sessions/${SESSIONS.adaWindows}`);
  assert.deepEqual(response.body, {
    statusCode: 403,
    error: "Forbidden",
    message: "This feature is not enabled for this tenant.",
  });
});

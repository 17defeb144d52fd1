import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { api } from "../test-support/client.js";
import { manySessions, PEOPLE, SESSIONS, startTenant } from "../test-support/tenant.js";

let tenant;
let call;

before(async () => {
  tenant = await startTenant();
  call = await api(tenant);
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

const path = (userId, rest = "") => `/users/${encodeURIComponent(userId)}${rest}`;

test("a user's sessions are listed newest first, over all pages", async () => {
  tenant.addUser({ user_id: "auth0|busy" });
  for (const session of manySessions("auth0|busy", 120)) tenant.addSession(session);
  const seen = [];
  let next;
  do {
    const from = next ? `&from=${next}` : "";
    const page = await call("GET", path("auth0|busy", `/sessions?take=50${from}`));
    seen.push(...page.body.sessions);
    next = page.body.next;
  } while (next);
  assert.equal(new Set(seen.map((session) => session.id)).size, 120);
  assert.deepEqual(
    seen.map((session) => session.created_at),
    seen
      .map((session) => session.created_at)
      .sort()
      .reverse(),
  );
});

test("session lists accept include_totals, which other lists with cursors reject", async () => {
  const { body } = await call("GET", path(PEOPLE.ada, "/sessions?include_totals=true&take=2"));
  assert.deepEqual([body.sessions.length, body.total], [2, 6]);
  assert.equal((await call("GET", path(PEOPLE.ada, "/sessions?take=2"))).body.total, undefined);
  const owner = encodeURIComponent(PEOPLE.ada);
  const other = await call("GET", `/refresh-tokens?user_id=${owner}&include_totals=true`);
  assert.deepEqual([other.status, other.body.errorCode], [400, "invalid_query_string"]);
});

test("deleting a session gives 202 and leaves its refresh tokens alive", async () => {
  const response = await call("DELETE", `/sessions/${SESSIONS.adaWindows}`);
  assert.deepEqual([response.status, response.body], [202, {}]);
  assert.equal(tenant.session(SESSIONS.adaWindows), undefined);
  assert.equal(tenant.refreshTokens(PEOPLE.ada).length, 3);
});

test("revoking a session also revokes its refresh tokens", async () => {
  assert.equal((await call("POST", `/sessions/${SESSIONS.adaWindows}/revoke`)).status, 202);
  assert.equal(tenant.refreshTokens(PEOPLE.ada).length, 2);
});

test("accepted deletes finish after deleteDelay, by the tenant's clock", async (t) => {
  const slow = await startTenant({ deleteDelay: 5000 });
  t.after(() => slow.close());
  const callSlow = await api(slow);
  await callSlow("DELETE", path(PEOPLE.ada, "/sessions"));
  const before = await callSlow("GET", path(PEOPLE.ada, "/sessions"));
  assert.equal(before.body.sessions.length, 6);
  slow.clock.advance(5000);
  const later = await callSlow("GET", path(PEOPLE.ada, "/sessions"));
  assert.deepEqual(later.body, { sessions: [] });
});

test("errors come in Auth0's order: token, scope, id, query, existence", async () => {
  const bare = await call("GET", path("nonsense"), { token: null });
  assert.equal(bare.body.message, "Missing authentication");
  tenant.setScopes(["read:sessions"]);
  const narrow = await api(tenant);
  assert.equal((await narrow("GET", path("nonsense"))).body.errorCode, "insufficient_scope");
  assert.equal((await call("GET", path("nonsense"))).body.errorCode, "invalid_uri");
  assert.equal(
    (await call("GET", path("auth0|nobody", "?x=1"))).body.errorCode,
    "invalid_query_string",
  );
  assert.equal((await call("GET", path("auth0|nobody"))).body.errorCode, "inexistent_user");
});

test("users by email: exact case, every account, an empty list for nobody", async () => {
  const find = async (email) => {
    const { body } = await call("GET", `/users-by-email?email=${encodeURIComponent(email)}`);
    return body.map((user) => user.user_id);
  };
  assert.deepEqual(await find("shared@example.com"), [PEOPLE.sharedDatabase, PEOPLE.sharedGoogle]);
  assert.deepEqual(await find("margaret.hamilton@example.com"), []);
  assert.deepEqual(await find("Margaret.Hamilton@Example.COM"), [PEOPLE.upperCase]);
});

test("tokens of identity providers are hidden without their scope", async () => {
  const { text } = await call("GET", path(PEOPLE.linked));
  assert.ok(!text.includes("ya29."));
});

test("an id is decoded exactly once", async () => {
  tenant.addUser({ user_id: "auth0|a%2Fb/c" });
  const { body } = await call("GET", path("auth0|a%2Fb/c"));
  assert.equal(body.user_id, "auth0|a%2Fb/c");
});

test("session metadata can be replaced and cleared, and has its own limits", async () => {
  const url = `/sessions/${SESSIONS.adaWindows}`;
  const set = await call("PATCH", url, { json: { session_metadata: { place: "office" } } });
  assert.deepEqual(set.body.session_metadata, { place: "office" });
  const cleared = await call("PATCH", url, { json: { session_metadata: null } });
  assert.equal(cleared.body.session_metadata, null);
  const big = await call("PATCH", url, { json: { session_metadata: { k: "v".repeat(256) } } });
  assert.deepEqual(big.body, {
    statusCode: 400,
    message: "Metadata must not exceed 25 entries. Each key and value must be ≤ 255 characters.",
  });
});

test("refresh tokens: two lists with different keys, and revocation by id and by owner", async () => {
  const mine = await call("GET", path(PEOPLE.ada, "/refresh-tokens"));
  assert.equal(mine.body.tokens.length, 3);
  const owner = encodeURIComponent(PEOPLE.ada);
  const all = await call("GET", `/refresh-tokens?user_id=${owner}`);
  assert.equal(all.body.refresh_tokens.length, 3);
  const wrong = await call("POST", "/refresh-tokens/revoke", { json: { client_id: "x" } });
  assert.equal(wrong.body.errorCode, "invalid_body");
  const ids = [mine.body.tokens[0].id];
  await call("POST", "/refresh-tokens/revoke", { json: { ids } });
  assert.equal(tenant.refreshTokens(PEOPLE.ada).length, 2);
  await call("POST", "/refresh-tokens/revoke", { json: { user_id: PEOPLE.ada } });
  assert.equal(tenant.refreshTokens(PEOPLE.ada).length, 0);
});

test("every request is recorded as it was on the wire", async () => {
  await call("GET", path(PEOPLE.ada, "?fields=email"));
  const recorded = tenant.requests.at(-1);
  assert.equal(recorded.url, `/api/v2/users/${encodeURIComponent(PEOPLE.ada)}?fields=email`);
  assert.equal(recorded.template, "/api/v2/users/{id}");
  assert.equal(recorded.operation, "get_users_by_id");
  assert.equal(recorded.status, 200);
  assert.deepEqual(recorded.responseJson, { email: "ada@example.com" });
  tenant.clearRequests();
  assert.equal(tenant.requests.length, 0);
});

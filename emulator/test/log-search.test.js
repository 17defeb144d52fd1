import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { api, token } from "../test-support/client.js";
import { PEOPLE, startTenant, USER_AGENTS } from "../test-support/tenant.js";

const { ada, grace } = PEOPLE;
let tenant;
let call;

before(async () => {
  tenant = await startTenant();
});
beforeEach(async () => {
  tenant.reset();
  tenant.clock.freeze();
  tenant.clock.set("2026-03-01T12:00:00Z");
  await signIn(ada, USER_AGENTS.chromeWindows);
  tenant.clock.set("2026-03-02T12:00:00Z");
  await signIn(grace, USER_AGENTS.safariIphone);
  call = await api(tenant);
});
after(() => tenant.close());

async function signIn(user, userAgent) {
  await tenant.browser({ userAgent }).authorize(tenant.authorizeUrl(), { as: user });
}

const logs = (query) => call("GET", `/logs?${new URLSearchParams(query)}`);

async function usersOf(q) {
  const { status, body } = await logs({ q, sort: "date:1" });
  assert.equal(status, 200, `${q}: ${JSON.stringify(body)}`);
  return body.filter((row) => row.type === "s").map((row) => row.user_id);
}

test("a login's event says who signed in, where, from which address and with which browser", async () => {
  const { body } = await logs({ q: "type:s" });
  assert.deepEqual(
    body.map((row) => row.user_id),
    [grace, ada],
  );
  const [row] = body;
  assert.deepEqual(
    [row.ip, row.user_agent, row.client_id, row.connection, row.isMobile, row.date],
    [
      "127.0.0.1",
      USER_AGENTS.safariIphone,
      tenant.clientId,
      "google-oauth2",
      true,
      "2026-03-02T12:00:00.000Z",
    ],
  );
  assert.match(row.log_id, /^\d+$/);
});

test("fields are compared with words, phrases and wildcards, case-sensitively", async () => {
  for (const [q, expected] of [
    [`user_id:"${ada}"`, [ada]],
    [`user_id:${ada}`, [ada]],
    ["user_id:auth0*", [ada]],
    ["user_id:AUTH0*", []],
    ["user_id:google-oauth2|*", [grace]],
    ["user_agent:*iPhone*", [grace]],
    ["user_agent:*Windows\\ NT*", [ada]],
    ['user_agent:"*iPhone*"', []],
    ["type:? AND ip:127.0.0.1", [ada, grace]],
    ["ip:127.0.0.? OR ip:nowhere", [ada, grace]],
    ['ip:"2001:db8::1"', []],
    ["ip:2001\\:db8\\:\\:1", []],
    ["client_id:x6JQCUgTHFxLjAUqJE7Fx2Iyud62IlhI AND connection:google-oauth2", [grace]],
    ["organization_id:*", []],
  ]) {
    assert.deepEqual(await usersOf(q), expected, q);
  }
});

test("a seed and a test may add events, with any address", async () => {
  const ip = "203.0.113.9";
  const row = tenant.addLog({ type: "s", user_id: ada, ip, date: "2026-01-01T00:00:00.000Z" });
  tenant.loadSeed({ logs: [{ type: "fp", ip: "2001:db8::1", user_agent: "curl/8" }] });
  assert.deepEqual((await logs({ q: `ip:${ip}` })).body, [row]);
  const [failure] = (await logs({ q: 'ip:"2001:db8::1"' })).body;
  assert.deepEqual([failure.type, failure.date], ["fp", "2026-03-02T12:00:00.000Z"]);
  assert.ok(failure.log_id > row.log_id);
  const { body } = await call("GET", `/users/${encodeURIComponent(ada)}/logs?sort=date:1`);
  assert.deepEqual(body[0], row);
  assert.throws(() => tenant.loadSeed({ logs: [{ ip }] }), /logs\[0\]: Missing required/);
});

test("AND binds tighter than OR, NOT tighter than both, and parentheses group", async () => {
  for (const [q, expected] of [
    [`type:s AND NOT user_id:"${ada}"`, [grace]],
    [`type:s NOT user_id:"${ada}"`, [grace]],
    ["NOT NOT type:s", [ada, grace]],
    ["NOT type:s", []],
    ["type:x AND type:s OR type:s", [ada, grace]],
    ["type:x AND (type:s OR type:s)", []],
    ["NOT (type:x OR user_id:google*)", [ada]],
    [`type:(f OR s) AND user_id:("${ada}" OR nobody)`, [ada]],
    ["type:(NOT f)", [ada, grace]],
  ]) {
    assert.deepEqual(await usersOf(q), expected, q);
  }
});

test("dates are days or moments, and ranges include or exclude their bounds", async () => {
  for (const [date, expected] of [
    ["2026-03-01", [ada]],
    ['"2026-03-02T12:00:00.000Z"', [grace]],
    ["[2026-03-01 TO 2026-03-02]", [ada, grace]],
    ["[2026-03-01 TO 2026-03-02}", [ada]],
    ["{2026-03-01 TO 2026-03-02]", [grace]],
    ["[2026-03-01T12:00:00Z TO 2026-03-01T12:00:00Z]", [ada]],
    ["{2026-03-01T12:00:00 TO *]", [grace]],
    ["[* TO 2026-03-01T13:00:00+02:00]", []],
    ["[* TO *]", [ada, grace]],
  ]) {
    assert.deepEqual(await usersOf(`date:${date}`), expected, date);
  }
});

test("unsupported syntax is rejected, never answered with an empty list", async () => {
  for (const q of [
    "login",
    '"a phrase"',
    "type:",
    "type: AND ip:x",
    "type:s ip:x",
    "type:s AND",
    "AND type:s",
    "(type:s",
    "type:s)",
    "()",
    "type:s && ip:x",
    "type:s || ip:x",
    "!type:s",
    "-type:s",
    "+type:s",
    "type:-s",
    "type:s~1",
    "type:s^2",
    "type:/s/",
    'type:"s',
    "ip:2001:db8::1",
    "ip:[1 TO 2]",
    "details.session_id:x",
    "_exists_:ip",
    "isMobile:true",
    "date:yesterday",
    "date:>2026-03-01",
    "date:2026-03*",
    "date:[2026-03-01 TO later]",
    "date:[2026-03-01 2026-03-02]",
    "date:2026-99-01",
    "type:(ip:x)",
    "(".repeat(1500),
  ]) {
    const { status, body } = await logs({ q });
    assert.deepEqual([status, body.errorCode], [400, "invalid_query_string"], q);
  }
});

test("a page has at most 100 events, and only the first 1,000 are within reach", async () => {
  const first = await logs({ per_page: 1, include_totals: true, q: "type:s" });
  const { logs: rows, ...totals } = first.body;
  assert.deepEqual(totals, { start: 0, limit: 1, length: 1, total: 1 });
  const second = await logs({ per_page: 1, page: 1, q: "type:s", fields: "user_id,ip" });
  assert.deepEqual(second.body, [{ user_id: ada, ip: "127.0.0.1" }]);
  assert.equal(rows[0].user_id, grace);
  assert.ok(!("ip" in (await logs({ fields: "ip", include_fields: false })).body[0]));
  assert.equal((await logs({ per_page: 100, page: 9 })).status, 200);
  const beyond = await logs({ per_page: 100, page: 10 });
  assert.equal(beyond.body.message, "You can only page through the first 1000 records.");
  for (const query of [
    { per_page: 101 },
    { take: 101 },
    { sort: "x:1" },
    { from: "x" },
    { x: 1 },
  ]) {
    assert.equal((await logs(query)).status, 400, JSON.stringify(query));
  }
});

test("from a checkpoint, events come oldest first until none is left", async () => {
  const all = tenant.logs().map((row) => row.log_id);
  assert.ok(all.length > 1);
  const seen = [];
  let url = "/logs?take=1&q=(";
  for (let round = 0; round <= all.length; round += 1) {
    const { body, headers } = await call("GET", url);
    seen.push(...body.map((row) => row.log_id));
    const [, next] = /^<(.+)>; rel="next"$/.exec(headers.get("link"));
    assert.ok(next.startsWith(`${tenant.origin}/api/v2/logs?`), next);
    url = next.slice(`${tenant.origin}/api/v2`.length);
  }
  assert.deepEqual(seen, all);
  await signIn(ada, USER_AGENTS.firefoxLinux);
  const { body } = await call("GET", url);
  assert.equal(body[0].user_agent, USER_AGENTS.firefoxLinux);
});

test("either scope is enough, and faults and rate limits apply", async () => {
  tenant.setScopes(["read:users"]);
  const { body } = await token(tenant);
  const refused = await call("GET", "/logs", { token: body.access_token });
  const scopes = "read:logs,read:logs_users";
  assert.equal(refused.body.message, `Insufficient scope, expected any of: ${scopes}`);
  for (const scope of scopes.split(",")) {
    tenant.setScopes([scope]);
    const granted = (await token(tenant)).body.access_token;
    assert.equal((await call("GET", "/logs", { token: granted })).status, 200, scope);
  }
  tenant.fault("get_logs", { status: 503 });
  assert.equal((await call("GET", "/logs")).status, 503);
  tenant.setPlan("essentials");
  const { headers } = await call("GET", "/logs");
  assert.equal(headers.get("x-ratelimit-limit"), "10");
});

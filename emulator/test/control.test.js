import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { api, exchange, token } from "../test-support/client.js";
import { controlOf, KEY } from "../test-support/control.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

let tenant;
let control;

before(async () => {
  tenant = await startTenant({ control: { key: KEY } });
  control = controlOf(tenant);
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

/** Asserts that a response is fine, and returns its body. */
async function done(response, status = 200) {
  const { status: actual, body, text } = await response;
  assert.equal(actual, status, text);
  return body;
}

test("health, and what a program needs to know", async () => {
  assert.deepEqual(await done(control("GET", "/health")), { status: "ok" });
  const known = await done(control("GET", "/tenant"));
  const { domain, url, issuer, audience, clientId, clientSecret, exportsUrl } = tenant;
  assert.deepEqual(known, { domain, url, issuer, audience, clientId, clientSecret, exportsUrl });
});

test("a reset restores the seed, and a document replaces it for later resets, too", async (t) => {
  const other = await startTenant({ control: { key: KEY } });
  t.after(() => other.close());
  const send = controlOf(other);
  other.removeUser(PEOPLE.ada);
  await done(send("POST", "/reset"), 204);
  assert.ok(other.user(PEOPLE.ada));
  await done(send("POST", "/reset", { users: [{ user_id: "auth0|1" }] }), 204);
  other.addUser({ user_id: "auth0|2" });
  await done(send("POST", "/reset"), 204);
  assert.deepEqual(
    other.users().map((user) => user.user_id),
    ["auth0|1"],
  );
});

test("a seed adds rows, which may refer to existing ones", async () => {
  const seed = { users: [{ user_id: "auth0|9" }], sessions: [{ user_id: PEOPLE.linus }] };
  const before = tenant.sessions(PEOPLE.linus).length;
  await done(control("POST", "/seed", seed), 204);
  assert.ok(tenant.user("auth0|9"));
  assert.equal(tenant.sessions(PEOPLE.linus).length, before + 1);
});

test("rows are added one by one and listed, of one user or all", async () => {
  const session = await done(control("POST", "/rows/sessions", { user_id: PEOPLE.linus }), 201);
  assert.equal(tenant.session(session.id).user_id, PEOPLE.linus);
  const listed = await done(
    control("GET", `/rows/sessions?user_id=${encodeURIComponent(PEOPLE.linus)}`),
  );
  assert.ok(listed.rows.some(({ id }) => id === session.id));
  const rows = {
    users: { user_id: "auth0|7" },
    refreshTokens: { user_id: "auth0|7" },
    authenticationMethods: { user_id: "auth0|7", type: "totp" },
    grants: { user_id: "auth0|7" },
    deviceCredentials: { user_id: "auth0|7" },
    blocks: { user_id: "auth0|7", identifier: "seven" },
    logs: { type: "s", user_id: "auth0|7" },
    organizations: { name: "seven", members: ["auth0|7"] },
    connections: { name: "seven" },
  };
  for (const [table, row] of Object.entries(rows)) {
    await done(control("POST", `/rows/${table}`, row), 201);
    const all = await done(control("GET", `/rows/${table}`));
    assert.equal(all.rows.length, tenant[table]().length, table);
  }
  const user = await done(control("GET", "/rows/users?user_id=auth0%7C7"));
  assert.deepEqual(user.rows, [JSON.parse(JSON.stringify(tenant.user("auth0|7")))]);
  assert.deepEqual(await done(control("GET", "/rows/users?user_id=auth0%7C8")), { rows: [] });
  assert.deepEqual(await done(control("GET", "/rows/emails")), { rows: [] });
  await done(control("POST", "/rows/apis", { identifier: "https://seven.example" }), 201);
  const client = await done(control("POST", "/rows/clients", { name: "Seven" }), 201);
  assert.equal((await token(tenant, client)).status, 403);
});

test("faults are added, listed with their hits, and removed", async () => {
  const call = await api(tenant);
  const wanted = { match: "get_users", fault: { status: 503 }, times: "always" };
  const { id } = await done(control("POST", "/faults", wanted), 201);
  assert.equal((await call("GET", "/users")).status, 503);
  const pattern = { match: { pattern: "^GET .*/logs" }, fault: { status: 502 } };
  const second = await done(control("POST", "/faults", pattern), 201);
  assert.equal((await call("GET", "/logs")).status, 502);
  assert.equal((await call("GET", "/logs")).status, 200);
  const { faults } = await done(control("GET", "/faults"));
  assert.deepEqual(
    faults,
    [
      { ...wanted, id, remaining: "always", hits: 1, times: undefined },
      { id: second.id, match: "/^GET .*\\/logs/", fault: { status: 502 }, remaining: 0, hits: 1 },
    ].map((fault) => JSON.parse(JSON.stringify(fault))),
  );
  await done(control("DELETE", `/faults/${id}`), 204);
  assert.equal((await call("GET", "/users")).status, 200);
  await done(control("DELETE", "/faults"), 204);
  assert.deepEqual((await done(control("GET", "/faults"))).faults, []);
});

test("the clock is read, advanced, set, stopped and started", async () => {
  const start = (await done(control("GET", "/clock"))).now;
  const { now } = await done(control("POST", "/clock", { advance: 3_600_000 }));
  assert.ok(now >= start + 3_600_000);
  const set = await done(control("POST", "/clock", { set: "2031-02-03T04:05:06.000Z" }));
  assert.match(set.iso, /^2031-02-03T04:05:0/);
  assert.match(tenant.clock.iso(), /^2031-02-03/);
  await done(control("POST", "/clock", { frozen: true }));
  const frozen = tenant.clock.now();
  while (Date.now() % 10 !== 0) await new Promise(setImmediate);
  assert.equal((await done(control("GET", "/clock"))).now, frozen);
  await done(control("POST", "/clock", { frozen: false }));
  while (tenant.clock.now() === frozen) await new Promise(setImmediate);
});

test("recorded requests are listed and cleared, and those of the control plane are not among them", async () => {
  await token(tenant);
  await fetch(`${tenant.url}/.well-known/jwks.json`);
  const { count, total, requests } = await done(control("GET", "/requests"));
  assert.equal(count, 2);
  assert.deepEqual(
    requests.map(({ operation }) => operation),
    ["oauth_token", "jwks"],
  );
  assert.match(requests[0].body, /grant_type=client_credentials/);
  assert.equal(requests[0].status, 200);
  const later = await done(control("GET", `/requests?since=${total - 1}`));
  assert.deepEqual([later.count, later.total], [1, total]);
  assert.deepEqual(
    later.requests.map(({ operation }) => operation),
    ["jwks"],
  );
  const some = await done(control("GET", "/requests?operation=oauth_token"));
  assert.deepEqual([some.count, some.requests.length], [1, 1]);
  await done(control("DELETE", "/requests"), 204);
  assert.deepEqual((await done(control("GET", "/requests"))).requests, []);
});

test("operations and routes are listed, and every one of them can get a fault", async () => {
  const { routes } = await done(control("GET", "/routes"));
  assert.deepEqual(routes, JSON.parse(JSON.stringify(tenant.routes)));
  for (const { operation } of routes) {
    if (operation === undefined) continue;
    await done(control("POST", "/faults", { match: operation, fault: { status: 503 } }), 201);
    await done(control("GET", `/requests?operation=${operation}`));
  }
});

test("an empty body may have any type", async () => {
  for (const path of ["/reset", "/settle"]) {
    const type = { "content-type": "application/x-www-form-urlencoded" };
    await done(control("POST", path, undefined, { text: "", headers: type }), 204);
  }
});

test("somebody signs in, at an address of the tenant's or of the program's making", async () => {
  const login = await done(control("POST", "/login", { user: PEOPLE.ada, state: "s" }));
  assert.equal(login.state, "s");
  assert.equal((await exchange(tenant, login.code)).status, 200);
  const url = tenant.authorizeUrl({ params: { prompt: "login" } });
  const callback = await done(control("POST", "/authorize", { url, as: PEOPLE.grace }));
  assert.equal((await exchange(tenant, callback.code)).status, 200);
});

test("accepted deletes are finished", async (t) => {
  const slow = await startTenant({ control: { key: KEY }, deleteDelay: 60_000 });
  t.after(() => slow.close());
  const call = await api(slow);
  await call("DELETE", `/users/${encodeURIComponent(PEOPLE.ada)}/sessions`);
  assert.ok(slow.sessions(PEOPLE.ada).length > 0);
  await done(controlOf(slow)("POST", "/settle"), 204);
  assert.equal(slow.sessions(PEOPLE.ada).length, 0);
});

test("the command serves it, prints where, and keeps the key to itself", async () => {
  const cli = fileURLToPath(new URL("../cli.js", import.meta.url));
  const env = { PATH: process.env.PATH, TENANT_CONTROL_KEY: KEY };
  const args = [cli, "--control", "--control-host", "emulator", "--custom-domain", "emulator:4000"];
  const child = spawn(process.execPath, args, { stdio: "pipe", env });
  const [banner] = await once(child.stdout, "data");
  const [, controlUrl] = /^TENANT_CONTROL_URL=(\S+)$/m.exec(banner);
  assert.ok(!String(banner).includes(KEY));
  assert.deepEqual(await done(controlOf({ controlUrl })("GET", "/health")), { status: "ok" });
  child.kill("SIGTERM");
  await once(child, "exit");
});

test("a refused login by URL is about the URL or the person, which are all that the request has", async () => {
  const url = tenant.authorizeUrl({ connection: "Username-Password-Authentication" });
  for (const [as, key] of [
    ["auth0|no", "as"],
    [PEOPLE.linus, "url"],
  ]) {
    const { status, body } = await control("POST", "/authorize", { url, as });
    assert.deepEqual([status, body.key], [400, key], body.reason);
  }
});

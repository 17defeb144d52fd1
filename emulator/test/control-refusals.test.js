import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import http from "node:http";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { controlOf, KEY } from "../test-support/control.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

const cli = fileURLToPath(new URL("../cli.js", import.meta.url));
let tenant;
let control;

before(async () => {
  tenant = await startTenant({ control: { key: KEY, hosts: ["emulator"] } });
  control = controlOf(tenant);
});
after(() => tenant.close());

test("without the option there is no control plane, and the tenant's own port never serves one", async (t) => {
  const plain = await startTenant();
  t.after(() => plain.close());
  assert.equal(plain.controlUrl, undefined);
  const headers = { "x-control-key": KEY };
  assert.equal((await fetch(`${tenant.url}/health`, { headers })).status, 404);
});

test("every request needs the key, also for unknown paths", async () => {
  for (const [method, path] of [
    ["GET", "/health"],
    ["POST", "/reset"],
    ["GET", "/nothing"],
  ]) {
    for (const [key, reason] of [
      ["", /its value is wrong/],
      [`${KEY}x`, /its value is wrong/],
      [KEY.toUpperCase(), /its value is wrong/],
      [undefined, /it is missing/],
    ]) {
      const options = key === undefined ? {} : { headers: { "x-control-key": key } };
      const response = await fetch(`${tenant.controlUrl}${path}`, { method, ...options });
      const body = await response.json();
      assert.deepEqual([response.status, body.key], [401, "x-control-key"]);
      assert.match(body.reason, reason);
      assert.ok(!JSON.stringify(body).includes(KEY));
    }
  }
});

/** A request under another name, as after DNS rebinding. */
const addressedAs = (host, { controlUrl } = tenant) =>
  new Promise((resolve, reject) => {
    const options = { headers: { host, "x-control-key": KEY }, agent: false };
    http
      .get(`${controlUrl}/health`, options, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
      .on("error", reject);
  });

test("a name that is neither loopback's nor configured is refused", async () => {
  const { port } = new URL(tenant.controlUrl);
  for (const name of ["localhost", "127.0.0.1", "127.0.0.2", "[::1]", "LOCALHOST", "emulator"]) {
    assert.equal(await addressedAs(`${name}:${port}`), 200, name);
  }
  for (const name of [
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "1.2.3.4",
  ]) {
    assert.equal(await addressedAs(`${name}:${port}`), 403, name);
  }
});

test("the name that the tenant has for others is one of the control plane, too", async (t) => {
  const named = await startTenant({ control: { key: KEY }, origin: "http://auth0:4000" });
  t.after(() => named.close());
  assert.equal(await addressedAs("auth0:4001", named), 200);
  assert.equal(await addressedAs("emulator:4001", named), 403);
});

test("no page of a browser gets permission", async () => {
  const { headers } = await control("GET", "/health", undefined, {
    headers: { origin: "http://localhost:3000" },
  });
  assert.equal(headers.get("access-control-allow-origin"), null);
  const preflight = await fetch(`${tenant.controlUrl}/reset`, {
    method: "OPTIONS",
    headers: { origin: "http://localhost:3000", "access-control-request-method": "POST" },
  });
  assert.deepEqual(
    [preflight.status, preflight.headers.get("access-control-allow-origin")],
    [401, null],
  );
});

const DATABASE = "Username-Password-Authentication";
const BAD_KEY = "clients[0].public_keys[0].pem";
const fault = (more) => ({ match: "*", fault: { status: 500 }, ...more });

for (const [method, path, body, key, reason] of [
  ["POST", "/reset", { users: [{ emial: "x" }] }, "users[0].emial", /unknown key/],
  [
    "POST",
    "/reset",
    { sessions: [{ user_id: "auth0|no" }] },
    "sessions[0].user_id",
    /unknown user/,
  ],
  ["POST", "/reset", [], "body", /Expected type object/],
  ["POST", "/seed", { nonsense: [] }, "nonsense", /unknown key/],
  ["POST", "/seed", undefined, "body", /body is missing/],
  ["POST", "/rows/sessions", { user_id: "auth0|no" }, "user_id", /unknown user/],
  ["POST", "/rows/clients", { public_keys: [{ pem: "x" }] }, "public_keys[0].pem", /not a public/],
  ["POST", "/rows/users", { emial: "x" }, "emial", /^unknown key$/],
  ["POST", "/rows/users", { user_id: PEOPLE.ada }, "user_id", /already has auth0/],
  ["GET", "/rows/connections?user_id=auth0%7C1", undefined, "user_id", /do not belong to users$/],
  ["GET", "/rows/organizations?user_id=auth0%7C1", undefined, "user_id", /do not belong to users$/],
  ["POST", "/reset", { clients: [{ public_keys: [{ pem: "x" }] }] }, BAD_KEY, /not a public key/],
  ["POST", "/seed", { clients: [{ public_keys: [{ pem: "x" }] }] }, BAD_KEY, /not a public key/],
  ["GET", "/rows/users?id=1", undefined, "id", /Additional properties/],
  ["POST", "/faults", { match: "*" }, "body", /Missing required property: fault/],
  ["POST", "/faults", fault({ match: "no_such" }), "match", /No operation or route/],
  ["POST", "/faults", fault({ match: {} }), "match", /must have pattern/],
  ["POST", "/faults", fault({ match: { pattern: "(" } }), "match.pattern", /regular expression/],
  ["POST", "/faults", fault({ fault: {} }), "fault", /changes nothing/],
  ["POST", "/faults", fault({ fault: { headers: { a: "b" } } }), "fault.headers", /status or body/],
  ["POST", "/faults", fault({ fault: { huge: 1e15 } }), "fault.huge", /up to 1073741824/],
  ["POST", "/faults", fault({ fault: { statsu: 1 } }), "fault.statsu", /Unknown fault/],
  ["POST", "/faults", fault({ fault: { status: 1 } }), "fault.status", /from 200 to 599/],
  ["POST", "/faults", fault({ fault: { change: "x" } }), "fault.change", /function/],
  ["POST", "/faults", fault({ times: 0 }), "times", /positive integer/],
  ["POST", "/faults", fault({ times: "often" }), "times", /positive integer/],
  ["POST", "/clock", {}, "body", /Too few properties/],
  ["POST", "/clock", { advance: 1, frozen: true }, "body", /order/],
  ["POST", "/clock", { advance: 1e300 }, "advance", /1970 to 9999/],
  ["POST", "/clock", { set: "tomorrow" }, "set", /^this is not a date/],
  ["POST", "/clock", { set: "5" }, "set", /^this is not a date/],
  ["POST", "/clock", { set: "2026-02-31T00:00:00Z" }, "set", /^this is not a date/],
  ["POST", "/clock", { set: -1 }, "set", /1970 to 9999/],
  ["POST", "/clock", { advance: "1h" }, "advance", /Expected type number/],
  ["GET", "/requests?since=x", undefined, "since", /Expected type integer/],
  ["POST", "/login", { user: "auth0|no" }, "user", /There is no user with the id/],
  ["POST", "/login", { user: PEOPLE.ada, actor: {} }, "actor", /an object with a "sub"/],
  [
    "POST",
    "/login",
    { user: PEOPLE.linus, connection: DATABASE },
    "connection",
    /user's is github/,
  ],
  [
    "POST",
    "/login",
    { user: PEOPLE.ada, redirectUri: "https://x.example" },
    "body",
    /Callback URL/,
  ],
  ["POST", "/authorize", { url: "https://x.example/" }, "url", /a URL of this tenant/],
  ["POST", "/login", { user: 1 }, "user", /Expected type string/],
  ["POST", "/authorize", { url: "nonsense" }, "url", /not a URL/],
  ["POST", "/settle", {}, "body", /takes no body/],
]) {
  test(`${method} ${path} ${JSON.stringify(body)} is refused with the key, the reason and a fix`, async () => {
    const response = await control(method, path, body);
    assert.equal(response.status, 400, response.text);
    assert.deepEqual(Object.keys(response.body), ["error", "key", "reason", "fix"]);
    assert.equal(response.body.error, "bad_request");
    assert.equal(response.body.key, key);
    assert.match(response.body.reason, reason);
    assert.ok(response.body.fix.length > 0);
  });
}

test("unknown routes, rows and faults are not found, and the answer names the known ones", async () => {
  for (const [method, path, fix] of [
    ["GET", "/nothing", /GET \/health/],
    ["PUT", "/reset", /POST \/reset/],
    ["GET", "/rows/clients", /users, sessions/],
    ["POST", "/rows/emails", /users, sessions/],
    ["GET", "/rows/constructor", /users, sessions/],
    ["DELETE", "/faults/77", /GET \/faults/],
  ]) {
    const { status, body } = await control(method, path, method === "POST" ? {} : undefined);
    assert.deepEqual([status, body.key], [404, "path"], path);
    assert.match(body.fix, fix);
  }
});

test("rows of a user who never existed are not found", async () => {
  const { status, body } = await control("GET", "/rows/sessions?user_id=auth0%7Cnobody");
  assert.deepEqual([status, body.key], [404, "user_id"]);
  assert.match(body.reason, /has had no user with the id 'auth0\|nobody' since the last reset$/);
});

test("other types than JSON, broken JSON and huge bodies are refused", async () => {
  const form = { text: "a=b", headers: { "content-type": "application/x-www-form-urlencoded" } };
  const typed = await control("POST", "/seed", undefined, form);
  assert.deepEqual([typed.status, typed.body.key], [415, "content-type"]);
  const broken = await control("POST", "/seed", undefined, { text: "{" });
  assert.deepEqual([broken.status, broken.body.reason], [400, "the body is not JSON"]);
  const huge = await control("POST", "/seed", undefined, { text: " ".repeat(33 * 1024 * 1024) });
  assert.deepEqual([huge.status, huge.body.key], [413, "body"]);
});

test("a refusal of a row says how to correct it", async () => {
  for (const [table, row, fix] of [
    ["sessions", { user_id: "auth0|no" }, /^Add the user first/],
    ["users", { emial: "x" }, /^Did you mean email\?$/],
    ["users", { user_id: PEOPLE.ada }, /^Use another user_id, or reset the tenant first\.$/],
    ["organizations", {}, /seed\.schema\.json/],
  ]) {
    const { status, body } = await control("POST", `/rows/${table}`, row);
    assert.equal(status, 400);
    assert.match(body.fix, fix);
  }
});

test("an unknown operation gets a suggestion, and where all of them are listed", async () => {
  for (const [method, path, body, key] of [
    ["GET", "/requests?operation=get_sesion", undefined, "operation"],
    ["POST", "/faults", fault({ match: "get_sesion" }), "match"],
  ]) {
    const response = await control(method, path, body);
    assert.deepEqual([response.status, response.body.key], [400, key]);
    assert.match(response.body.reason, /no operation.* is called "get_sesion"$/i);
    assert.equal(
      response.body.fix,
      "Did you mean get_session? GET /routes lists all operations and routes",
    );
  }
});

test("a seed with several mistakes gets all of them", async () => {
  const seed = { users: [{ emial: "x" }], sessions: [{ user_id: "auth0|no" }] };
  const { body } = await control("POST", "/reset", seed);
  assert.deepEqual(Object.keys(body), ["error", "key", "reason", "fix", "others"]);
  assert.equal(body.key, "users[0].emial");
  assert.deepEqual(
    body.others.map(({ key, reason }) => [key, reason]),
    [["sessions[0].user_id", "unknown user: auth0|no"]],
  );
});

test("refusals do not speak of functions, which HTTP does not have", async () => {
  for (const [path, body] of [
    ["/faults", fault({ match: "no_such" })],
    ["/rows/sessions", { user_id: "auth0|no" }],
    ["/rows/refreshTokens", { user_id: PEOPLE.ada, client_id: "no" }],
  ]) {
    const { status, text } = await control("POST", path, body);
    assert.equal(status, 400);
    assert.doesNotMatch(text, /tenant\.\w|add[A-Z]\w+/);
  }
});

test("whoever sends no key learns where the command takes it from", async () => {
  const { body } = await control("GET", "/health", undefined, { headers: { "x-control-key": "" } });
  assert.match(body.fix, /the command takes it from TENANT_CONTROL_KEY$/);
});

test("a seed that is nested too deeply is refused like any other bad seed", async () => {
  const depth = 20_000;
  const text = `{"users":[{"user_metadata":${'{"a":'.repeat(depth)}1${"}".repeat(depth)}}]}`;
  const { status, body } = await control("POST", "/reset", undefined, { text });
  assert.deepEqual([status, body.key], [400, "body"]);
  assert.match(body.reason, /cannot be copied/);
  assert.ok(tenant.user(PEOPLE.ada));
});

test("keys that are missing, short or cannot be sent are refused at the start", async () => {
  for (const [given, message] of [
    [{}, /"key" of control.*at least 16 characters/],
    [{ key: "short" }, /at least 16 characters/],
    [{ key: "a key with some spaces" }, /printable ASCII/],
    [{ key: KEY, prot: 1 }, /Unknown option "prot" of control/],
    [true, /"control" of startTenant must be an object/],
    [{ key: KEY, port: -1 }, /"port" of control must be a port number/],
    [{ key: KEY, hosts: "emulator" }, /"hosts" of control must be a list/],
    [{ key: KEY, hosts: ["auth0:4001"] }, /without a scheme, a port or a wildcard/],
    [{ key: KEY, hosts: ["http://auth0/"] }, /without a scheme, a port or a wildcard/],
    [{ key: KEY, hosts: ["*"] }, /without a scheme, a port or a wildcard/],
  ]) {
    await assert.rejects(startTenant({ control: given }), message);
  }
});

test("the command takes the key from the environment only", async () => {
  const run = (args) =>
    promisify(execFile)(process.execPath, [cli, ...args], { env: { PATH: process.env.PATH } });
  await assert.rejects(run(["--control"]), {
    code: 1,
    stderr: /--control needs a key of at least 16 characters.*TENANT_CONTROL_KEY=/,
  });
  await assert.rejects(run(["--control-key", KEY]), { code: 1, stderr: /Unknown option/ });
});

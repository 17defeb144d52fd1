import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { api, token } from "../test-support/client.js";
import { PEOPLE, SESSIONS, startTenant } from "../test-support/tenant.js";

let tenant;
let call;

before(async () => {
  tenant = await startTenant();
  call = await api(tenant);
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

const one = `/sessions/${SESSIONS.adaWindows}`;
const list = `/users/${encodeURIComponent(PEOPLE.ada)}/sessions`;
const read = () => call("GET", one);

test("a status, for as many requests as asked, then normal responses again", async () => {
  const fault = tenant.fault("get_session", { status: 503, headers: { "retry-after": "1" } }, 2);
  for (const left of [1, 0]) {
    const response = await read();
    assert.deepEqual([response.status, response.headers.get("retry-after")], [503, "1"]);
    assert.equal(response.body.statusCode, 503);
    assert.equal(fault.remaining, left);
  }
  assert.equal((await read()).status, 200);
  assert.equal(fault.hits, 2);
});

test("faults match by operation, route, template, pattern, function or everything", async () => {
  for (const match of [
    "get_session",
    "GET /api/v2/sessions/{id}",
    "/api/v2/sessions/{id}",
    /^GET .*\/sessions\/375/,
    ({ params }) => params.id === SESSIONS.adaWindows,
    "*",
  ]) {
    tenant.fault(match, { status: 500 });
    assert.equal((await read()).status, 500);
  }
  assert.throws(() => tenant.fault("get_sesion", { status: 500 }), /No operation or route/);
  assert.throws(() => tenant.fault("*", { statsu: 500 }), /Unknown fault "statsu"/);
});

test("a connection reset before or after the request is carried out", async () => {
  tenant.fault("delete_session", { reset: "before" });
  await assert.rejects(call("DELETE", one));
  assert.ok(tenant.session(SESSIONS.adaWindows));
  tenant.fault("delete_session", { reset: "after" });
  await assert.rejects(call("DELETE", one));
  assert.equal(tenant.session(SESSIONS.adaWindows), undefined);
  assert.deepEqual(
    tenant.requests.map((request) => request.outcome),
    ["faulted", "faulted"],
  );
});

test("a status after the request was carried out", async () => {
  tenant.fault("delete_session", { status: 502, body: "<html>Bad Gateway</html>", commit: true });
  const response = await call("DELETE", one);
  assert.deepEqual([response.status, response.headers.get("content-type")], [502, "text/html"]);
  assert.equal(tenant.session(SESSIONS.adaWindows), undefined);
});

test("a hang lasts until the client gives up", async () => {
  for (const hang of ["before", "after", "body"]) {
    tenant.fault("get_session", { hang });
    const signal = AbortSignal.timeout(50);
    const started = fetch(`${tenant.url}/api/v2${one}`, {
      signal,
      headers: { authorization: `Bearer ${(await token(tenant)).body.access_token}` },
    });
    await assert.rejects(
      started.then((response) => response.text()),
      { name: "TimeoutError" },
    );
  }
});

test("a tenant with hanging requests still closes", async () => {
  const other = await startTenant();
  const callOther = await api(other);
  other.fault("*", { hang: true });
  const hanging = assert.rejects(callOther("GET", one));
  const closed = other.close();
  await Promise.all([hanging, closed]);
});

test("a truncated body ends too early", async () => {
  tenant.fault("get_session", { truncate: 10 });
  await assert.rejects(read());
});

test("a slowly dripped body arrives complete", async () => {
  tenant.fault("get_session", { drip: { bytes: 200, every: 1 } });
  assert.equal((await read()).body.id, SESSIONS.adaWindows);
});

test("a huge body is the same JSON with padding", async () => {
  tenant.fault("get_session", { huge: 3_000_000 });
  const response = await read();
  assert.ok(response.text.length >= 3_000_000);
  assert.equal(response.body.id, SESSIONS.adaWindows);
});

test("fields go missing, become null, change type, or change by a function", async () => {
  const shape = async (what) => {
    tenant.fault("get_session", what);
    return (await read()).body;
  };
  assert.equal("user_id" in (await shape({ missing: ["user_id"] })), false);
  assert.equal((await shape({ nulls: ["device"] })).device, null);
  assert.equal(typeof (await shape({ wrongTypes: ["id"] })).id, "number");
  assert.equal(typeof (await shape({ wrongTypes: true })).device.last_ip, "number");
  assert.equal((await shape({ change: (body) => ({ ...body, x: 1 }) })).x, 1);
});

test("a repeated cursor never ends", async () => {
  tenant.fault("get_sessions_for_user", { repeatCursor: true }, 3);
  const first = await call("GET", `${list}?take=2`);
  const second = await call("GET", `${list}?take=2&from=${first.body.next}`);
  const third = await call("GET", `${list}?take=2&from=${second.body.next}`);
  assert.equal(second.body.next, first.body.next);
  assert.deepEqual(third.body.sessions, second.body.sessions);
});

test("a body that is not JSON, with a success status", async () => {
  tenant.fault("oauth_token", { body: "not json" });
  const response = await fetch(`${tenant.url}/oauth/token`, { method: "POST" });
  assert.deepEqual([response.status, await response.text()], [200, "not json"]);
});

test("an empty body replaces that of a request, carried out or not", async () => {
  const headers = { "x-fault": "yes" };
  tenant.fault("get_session", { headers, body: "" });
  const replaced = await read();
  assert.deepEqual([replaced.status, replaced.headers.get("x-fault")], [200, "yes"]);
  assert.equal(tenant.requests.at(-1).responseBody, "");
  tenant.fault("delete_session", { commit: true, body: "" });
  assert.equal((await call("DELETE", one)).status, 200);
  assert.equal(tenant.session(SESSIONS.adaWindows), undefined);
});

test("a delay before the response", async () => {
  tenant.fault("get_session", { delay: 30 });
  const started = performance.now();
  assert.equal((await read()).status, 200);
  assert.ok(performance.now() - started >= 25);
});

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import http2 from "node:http2";
import { connect } from "node:net";
import { test } from "node:test";
import { promisify } from "node:util";
import { api, token } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

async function start(t, options) {
  const tenant = await startTenant(options);
  t.after(() => tenant.close());
  return tenant;
}

const ada = `/users/${encodeURIComponent(PEOPLE.ada)}`;
const keys = "/.well-known/jwks.json";

test("a response without a body can meet every fault, and the request is still carried out", async (t) => {
  const tenant = await start(t);
  const call = await api(tenant);
  const remove = async (what) => {
    tenant.reset();
    tenant.fault("delete_users_by_id", what);
    const response = await call("DELETE", ada).catch(() => "lost");
    assert.equal(tenant.user(PEOPLE.ada), undefined, JSON.stringify(what));
    return response;
  };
  for (const what of [{ reset: "after" }, { reset: true, commit: true }, { truncate: true }]) {
    assert.equal(await remove(what), "lost", JSON.stringify(what));
    assert.equal(tenant.requests.at(-1).outcome, "faulted");
  }
  for (const what of [
    { status: 503, commit: true },
    { status: 503, body: "x", commit: true },
  ]) {
    assert.equal((await remove(what)).status, 503);
  }
  assert.equal((await remove({ body: "text", commit: true })).text, "text");
  for (const what of [{ drip: {} }, { huge: 100 }, { nulls: ["a"] }, { change: () => ({}) }]) {
    assert.equal((await remove(what)).status, 204);
  }
});

test("a response without a body can hang", async (t) => {
  const tenant = await start(t);
  for (const hang of ["after", "body"]) {
    tenant.reset();
    tenant.fault("delete_users_by_id", { hang });
    const { body } = await token(tenant);
    const controller = new AbortController();
    const hanging = fetch(`${tenant.url}/api/v2${ada}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${body.access_token}` },
      signal: controller.signal,
    });
    await until(() => tenant.requests.at(-1).outcome === "faulted");
    controller.abort();
    await assert.rejects(hanging, { name: "AbortError" });
    assert.equal(tenant.user(PEOPLE.ada), undefined);
  }
});

test("an impossible fault is rejected when it is added", async (t) => {
  const tenant = await start(t);
  const circular = {};
  circular.self = circular;
  const refused = {
    reset: ["befor", 1],
    hang: ["no", 0],
    truncate: [-1, "x"],
    status: [42, 600, 200.5, "500"],
    body: [circular, 1n, () => {}],
    headers: [{ "bad header": "x" }, { x: "a\nb" }, null],
    drip: [null, { bytes: 0 }, { every: -1 }],
    delay: [-1, Number.NaN],
    missing: ["a", {}],
    wrongTypes: [false],
  };
  for (const [key, values] of Object.entries(refused)) {
    for (const value of values) {
      assert.throws(
        () => tenant.fault("*", { [key]: value }),
        new RegExp(`fault "${key}" must be`),
      );
    }
  }
});

test("a client that leaves an HTTP/2 session causes no unhandled rejection", async (t) => {
  const rejections = [];
  const note = (reason) => rejections.push(reason);
  process.on("unhandledRejection", note);
  t.after(() => process.off("unhandledRejection", note));
  const tenant = await start(t, { https: true });
  for (const reset of ["before", "after"]) {
    tenant.fault("*", { delay: 50, reset });
    const session = http2.connect(tenant.url, { ca: tenant.ca });
    session.on("error", () => {});
    const stream = session.request({ ":path": keys });
    stream.on("error", () => {});
    await until(() => tenant.requests.at(-1)?.fault?.reset === reset);
    session.destroy();
    await until(() => tenant.requests.at(-1).durationMs !== undefined);
  }
  await new Promise(setImmediate);
  assert.deepEqual(rejections, []);
});

test("the record of a truncated response is finished", async (t) => {
  const finished = [];
  const tenant = await start(t, { onRequest: (request) => finished.push(request) });
  tenant.fault("*", { truncate: 3 });
  await assert.rejects(fetch(tenant.url + keys).then((response) => response.text()));
  await until(() => finished.length === 1);
  const controller = new AbortController();
  tenant.fault("*", { hang: "body" });
  const response = await fetch(tenant.url + keys, { signal: controller.signal });
  controller.abort();
  await assert.rejects(response.text());
  await until(() => finished.length === 2);
  for (const { outcome, durationMs } of finished) {
    assert.equal(outcome, "faulted");
    assert.ok(durationMs >= 0);
  }
});

test("a request whose client gave up is still carried out and recorded", async (t) => {
  const finished = [];
  const tenant = await start(t, { onRequest: (request) => finished.push(request) });
  for (const what of [{ delay: 200 }, { drip: { bytes: 1, every: 200 } }]) {
    const { body } = await token(tenant);
    tenant.reset();
    finished.length = 0;
    tenant.fault("delete_sessions_for_user", what);
    const controller = new AbortController();
    const { signal } = controller;
    const headers = { authorization: `Bearer ${body.access_token}` };
    const url = `${tenant.url}/api/v2${ada}/sessions`;
    const lost = fetch(url, { method: "DELETE", headers, signal }).then((response) =>
      response.text(),
    );
    await until(() => tenant.requests.at(-1)?.fault);
    controller.abort();
    await assert.rejects(lost, { name: "AbortError" });
    await until(() => finished.length === 1);
    assert.deepEqual(tenant.sessions(PEOPLE.ada), [], JSON.stringify(what));
  }
});

for (const delays of [
  [50, 50],
  [600, 1],
]) {
  test(`the record of a pipelined request (${delays}) is finished when its client leaves`, async (t) => {
    const tenant = await start(t);
    for (const delay of delays) tenant.fault("*", { delay });
    const { hostname, port } = new URL(tenant.url);
    const socket = connect({ host: hostname, port });
    socket.write(`GET ${keys} HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`.repeat(2));
    await until(() => tenant.requests.at(1)?.fault);
    if (delays[1] === 1) await until(() => tenant.requests[1].outcome === "answered");
    socket.destroy();
    await until(() => tenant.requests.every(({ durationMs }) => durationMs !== undefined));
  });
}

test("a delayed request is not carried out after the tenant closed", async () => {
  const tenant = await startTenant();
  const call = await api(tenant);
  tenant.fault("delete_users_by_id", { delay: 60_000 });
  const lost = assert.rejects(call("DELETE", ada));
  await until(() => tenant.requests.at(-1).fault);
  await tenant.close();
  await lost;
  await new Promise(setImmediate);
  assert.ok(tenant.user(PEOPLE.ada));
});

test("a slow drip does not keep a program alive after its tenant closed", async () => {
  const program = `
    import { startTenant } from ${JSON.stringify(new URL("../index.js", import.meta.url).href)};
    const tenant = await startTenant();
    tenant.fault("*", { drip: { bytes: 1, every: 60_000 } });
    const response = await fetch(tenant.url + "${keys}");
    await tenant.close();
    await response.text().catch(() => console.log("lost"));`;
  const run = promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
    timeout: 50_000,
  });
  assert.equal((await run).stdout, "lost\n");
});

/** Lets the event loop run until a condition is met. */
async function until(isMet) {
  while (!isMet()) await new Promise(setImmediate);
}

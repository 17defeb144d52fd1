// A process stays within its connection limit per tenant, however many calls and services it has.

import assert from "node:assert/strict";
import { test } from "node:test";
import { TimeoutError } from "@archie/auth0-user-security";
import { announced, held, scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor } from "../../test-support/service.mjs";

/** How many connections of a scripted server are open, and the most that ever were at once. */
function watched(server) {
  const seen = { open: 0, most: 0 };
  server.onConnection((socket) => {
    seen.open += 1;
    seen.most = Math.max(seen.most, seen.open);
    socket.on("close", () => {
      seen.open -= 1;
    });
  });
  return seen;
}

const later = (body) => (response) =>
  setImmediate(() => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  });
const api = () => later({ sessions: [] });
const findMany = (service, count, options) =>
  Promise.all(
    Array.from({ length: count }, (_, n) => service.findUserSessions(`auth0|${n}`, options)),
  );

for (const [maxConnections, calls] of [
  [undefined, 3000],
  [1, 100],
  [2, 200],
  [7, 700],
]) {
  test(`${calls} calls at once use at most ${maxConnections ?? "64"} connections`, async (t) => {
    const server = await scriptedServer(t, { api });
    const seen = watched(server);
    await findMany(serviceFor(server, { maxConnections }), calls);
    assert.ok(seen.most <= (maxConnections ?? 64), `${seen.most} open at once`);
  });
}

test("a server that closes every connection never sees more than the limit", async (t) => {
  const headers = { connection: "close" };
  const server = await scriptedServer(t, { api: { headers, body: '{"sessions":[]}' } });
  const seen = watched(server);
  await findMany(serviceFor(server, { maxConnections: 5 }), 100);
  assert.ok(seen.most <= 5, `${seen.most} open at once`);
});

test("services share the connection limit of the process", async (t) => {
  const server = await scriptedServer(t, { api });
  const seen = watched(server);
  const services = Array.from({ length: 10 }, () => serviceFor(server, { maxConnections: 4 }));
  for (let round = 0; round < 3; round += 1) {
    await Promise.all(services.map((service) => findMany(service, 20)));
  }
  assert.ok(seen.most <= 4, `${seen.most} open at once`);
});

test("closing a service frees no connections that are still in use", async (t) => {
  const { promise, release } = held();
  const server = await scriptedServer(t, { api: () => promise });
  const seen = watched(server);
  const closed = serviceFor(server, { maxConnections: 3 });
  const calls = [findMany(closed, 10)];
  for (let round = 0; round < 5; round += 1) {
    closed.close();
    const service = serviceFor(server, { maxConnections: 3 });
    calls.push(findMany(service, 10));
    service.close();
  }
  while (seen.open < 3) await new Promise((resolve) => setImmediate(resolve));
  release({ sessions: [] });
  await Promise.all(calls);
  assert.ok(seen.most <= 3, `${seen.most} open at once`);
});

test("aborted calls make room for others", async (t) => {
  const { asked, response } = announced("hang");
  let isHanging = true;
  const server = await scriptedServer(t, {
    api: () => (isHanging ? response() : { sessions: [] }),
  });
  const seen = watched(server);
  const service = serviceFor(server, { maxConnections: 2 });
  const controller = new AbortController();
  const hanging = [1, 2, 3, 4].map(() =>
    rejection(service.findUserSessions("auth0|a", { signal: controller.signal })),
  );
  await asked;
  controller.abort();
  await Promise.all(hanging);
  isHanging = false;
  await findMany(service, 20);
  assert.ok(seen.most <= 2, `${seen.most} open at once`);
});

test("the wait for a connection ends with the deadline of the call", async (t) => {
  const { asked, response } = announced("hang");
  const server = await scriptedServer(t, { api: response });
  const service = serviceFor(server, { maxConnections: 1, timeoutMs: 3_600_000 });
  const controller = new AbortController();
  const hanging = rejection(service.findUserSessions("auth0|a", { signal: controller.signal }));
  await asked;
  const error = await rejection(service.findUserSessions("auth0|b", { timeoutMs: 100 }));
  assert.equal(error.constructor, TimeoutError, String(error));
  assert.equal(server.requests.filter(({ url }) => url.includes("%7Cb")).length, 0);
  controller.abort();
  await hanging;
});

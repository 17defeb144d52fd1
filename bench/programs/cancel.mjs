// The 99th percentile of the milliseconds from an abort to the rejection of the call, over calls that
// wait for the token, a response, its body, the rate limit, another attempt, or their turn.

import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { Auth0UserSecurityService } from "@archie/auth0-user-security";

const CALLS = 50;
const json = (response, body) =>
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
const token = (response) =>
  json(response, { access_token: "token", expires_in: 86_400, scope: "read:sessions" });
const hang = () => {};
const half = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": 1000 });
  response.write("{");
};
const refusal = (status, seconds) => (response) =>
  response.writeHead(status, { "retry-after": seconds }).end();

/** What the server does with the request for a token and with the others. */
const POINTS = [
  { token: hang, api: hang },
  { token, api: hang },
  { token, api: half },
  { token, api: refusal(429, 600) },
  { token, api: refusal(503, 20) },
  // Two are sent while the limit is unknown, and the others are queued.
  { token, api: hang, before: 2 },
];

async function startServer(point) {
  const server = createServer((request, response) => {
    if (request.url === "/oauth/token") point.token(response);
    else point.api(response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server;
}

const times = [];
for (const point of POINTS) {
  const server = await startServer(point);
  const service = new Auth0UserSecurityService({
    domain: `http://127.0.0.1:${server.address().port}`,
    clientId: "client",
    clientSecret: "secret",
    timeoutMs: 3_600_000,
    attemptTimeoutMs: 3_600_000,
  });
  for (let i = 0; i < CALLS; i += 1) await measure(service, point);
  server.closeAllConnections();
  server.close();
}

async function measure(service, { before = 0 }) {
  const controller = new AbortController();
  const { signal } = controller;
  const find = () => service.findUserSessions("auth0|a", { signal }).catch(() => {});
  const others = Array.from({ length: before }, find);
  const call = find();
  await sleep(10);
  const aborted = performance.now();
  controller.abort();
  await call;
  times.push(performance.now() - aborted);
  await Promise.all(others);
}

times.sort((a, b) => a - b);
process.send(times[Math.floor(times.length * 0.99)], () => process.disconnect());

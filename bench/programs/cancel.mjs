// The 99th percentile of the milliseconds from an abort to the rejection of the call, over calls that
// wait for an answer, for the rate limit, or for another attempt.

import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { Auth0UserSecurityService } from "@archie/auth0-user-security";

const CALLS = 300;
const TOKEN = { access_token: "token", expires_in: 86_400, scope: "read:sessions" };
const ANSWERS = {
  hang: () => {},
  limited: (response) => {
    response.writeHead(429, { "retry-after": "600" }).end();
  },
  busy: (response) => {
    response.writeHead(503, { "retry-after": "20" }).end();
  },
};

async function startServer(answer) {
  const server = createServer((request, response) => {
    if (request.url !== "/oauth/token") return void answer(response);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(TOKEN));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server;
}

const times = [];
for (const answer of Object.values(ANSWERS)) {
  const server = await startServer(answer);
  const domain = `http://127.0.0.1:${server.address().port}`;
  const service = new Auth0UserSecurityService({
    domain,
    clientId: "client",
    clientSecret: "secret",
    timeoutMs: 3_600_000,
    attemptTimeoutMs: 3_600_000,
  });
  for (let i = 0; i < CALLS / 3; i += 1) {
    const controller = new AbortController();
    const call = service.findUserSessions("auth0|a", { signal: controller.signal });
    await sleep(10);
    const aborted = performance.now();
    controller.abort();
    await call.catch(() => times.push(performance.now() - aborted));
  }
  server.closeAllConnections();
  server.close();
}
times.sort((a, b) => a - b);
process.send(times[Math.floor(times.length * 0.99)], () => process.disconnect());

// Why there was no response, as errors say it: `reason`, and in words.

import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { NetworkError } from "@archie/auth0-user-security";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { overHttps } from "../../test-support/secure-server.mjs";
import { rejection, serviceFor } from "../../test-support/service.mjs";
import { listening } from "../../test-support/tcp-server.mjs";

const CREDENTIALS = { clientId: "id", clientSecret: "secret" };
const CONFIG = { retry: { maxAttempts: 1 }, proxy: false };

/** A port on which nothing listens any longer. */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Serves whatever `end` does with the socket when the first bytes of a request arrive. */
const ending = (t, end) =>
  listening(
    t,
    createServer((socket) => socket.once("data", () => end(socket))),
  );

async function assertReason(config, reason, words) {
  const service = serviceFor(CREDENTIALS, { ...CONFIG, ...config });
  const error = await rejection(service.findUserSessions("auth0|a"));
  assert.equal(error.constructor, NetworkError, String(error));
  assert.equal(error.reason, reason, String(error));
  assert.match(error.message, words);
  assert.equal(error.toJSON().reason, reason);
}

test("refused: nothing listens", async () => {
  const domain = `http://127.0.0.1:${await freePort()}`;
  await assertReason({ domain }, "refused", /could not be reached: the connection was refused/);
});

test("reset: the connection was reset before a response", async (t) => {
  const domain = `http://${await ending(t, (socket) => socket.resetAndDestroy())}`;
  await assertReason({ domain }, "reset", /reset the connection before/);
});

test("closed: the connection was closed before a response", async (t) => {
  const domain = `http://${await ending(t, (socket) => socket.end())}`;
  await assertReason({ domain }, "closed", /closed the connection before/);
});

test("timeout: the server does not complete the handshake", async (t) => {
  const domain = await listening(t, createServer());
  const config = { domain, attemptTimeoutMs: 1000 };
  await assertReason(config, "timeout", /the connection attempt timed out/);
});

test("tls: the certificate is not trusted", async (t) => {
  const { domain } = await scriptedServer(t, { api: {} }, overHttps);
  await assertReason({ domain }, "tls", /certificate from an authority that is not trusted/);
});

test("tls: the server does not speak TLS", async (t) => {
  const domain = await ending(t, (socket) => socket.end("220 ready\r\n"));
  await assertReason({ domain }, "tls", /does not speak TLS/);
});

test("proxy: nothing listens where the proxy should", async () => {
  const proxy = `http://127.0.0.1:${await freePort()}`;
  await assertReason(
    { domain: "tenant.auth0.invalid", proxy },
    "proxy",
    /no connection to the proxy/,
  );
});

// No text from a server, a proxy or a Redis appears in an error, its causes or a log line.

import assert from "node:assert/strict";
import { constants } from "node:http2";
import { createServer } from "node:net";
import { test } from "node:test";
import { inspect } from "node:util";
import { everythingOf } from "../../test-support/error-text.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { authority, overHttp2 } from "../../test-support/secure-server.mjs";
import { rejection, serviceFor, tenantOf } from "../../test-support/service.mjs";
import { listening } from "../../test-support/tcp-server.mjs";

const TEXT = "cAnArY-of-the-server";
const ESCAPE = `${TEXT} \u001b[31m`;
const ONCE = { tls: { ca: authority.pem }, retry: { maxAttempts: 1 } };

function assertSilent(...texts) {
  for (const text of texts) {
    const at = text.search(/canary|63416e417259/i);
    assert.equal(at, -1, text.slice(Math.max(0, at - 200), at + 50));
    assert.ok(!text.includes("\u001b"), text);
  }
}

/** The error of a call, after searching everything that a program could print of it. */
async function silentError(server, config) {
  const logger = recordingLogger();
  const settings = { ...ONCE, logLevel: "debug", ...config };
  const service = serviceFor(server, settings, logger);
  const error = await rejection(service.findUserSessions("auth0|a", { timeoutMs: 5000 }));
  assertSilent(everythingOf(error), inspect(logger.lines, { depth: 10 }));
  return error;
}

const causesOf = (error) => {
  const causes = [];
  for (let { cause } = error; cause; cause = cause.cause) causes.push(cause.message);
  return causes.join("\n");
};

// After a GOAWAY without an error the request is sent again.
for (const code of ["NGHTTP2_ENHANCE_YOUR_CALM", "NGHTTP2_PROTOCOL_ERROR"]) {
  test(`the debug data of a GOAWAY with ${code} is dropped, and its reason is kept`, async (t) => {
    const api = (response) => {
      const { session, id } = response.stream;
      session.goaway(constants[code], id - 2, Buffer.from(ESCAPE.repeat(200)));
    };
    const server = await scriptedServer(t, { api: () => api }, overHttp2);
    const error = await silentError(server);
    assert.equal(error.code, "ERR_NETWORK");
    const reason = code.slice("NGHTTP2_".length);
    assert.match(causesOf(error), new RegExp(`\\(GOAWAY\\)\n${reason}$`));
  });
}

test("the reason of a reset stream is kept by name", async (t) => {
  const api = (response) => response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  const server = await scriptedServer(t, { api: () => api }, overHttp2);
  assert.match(causesOf(await silentError(server)), /reset the HTTP\/2 stream\nINTERNAL_ERROR/);
});

/** A TCP server that sends the bytes on each connection and request. */
async function sending(t, bytes) {
  const host = await listening(
    t,
    createServer((socket) => socket.once("data", () => socket.end(bytes))),
  );
  return { domain: `http://${host}`, clientId: "c", clientSecret: "s" };
}

for (const [name, bytes] of [
  ["an invalid status line", `${ESCAPE}\r\n\r\n`],
  ["a status that is not a number", `HTTP/1.1 ${TEXT} OK\r\n\r\n`],
  ["a header without a name", `HTTP/1.1 200 OK\r\n: ${ESCAPE}\r\n\r\n`],
  ["an invalid header name", `HTTP/1.1 200 OK\r\n${ESCAPE}: x\r\n\r\n`],
  ["a length that is not a number", `HTTP/1.1 200 OK\r\ncontent-length: ${TEXT}\r\n\r\n`],
  [
    "a chunk whose size is not a number",
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${TEXT}\r\n`,
  ],
  ["a body that ends too early", `HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n${ESCAPE}`],
  ["too many headers", `HTTP/1.1 200 OK\r\n${`x: ${TEXT}\r\n`.repeat(500)}\r\n`],
  ["an unknown protocol", `${TEXT}/9.9 200 OK\r\n\r\n`],
]) {
  test(`the text of ${name} appears nowhere`, async (t) => {
    const error = await silentError(await sending(t, bytes));
    assert.match(error.code, /^ERR_(NETWORK|AUTH0_API)$/);
  });
}

test("bytes that are not TLS appear nowhere", async (t) => {
  const server = await sending(t, `${ESCAPE}\r\n\r\n`);
  const error = await silentError({ ...server, domain: server.domain.replace("http", "https") });
  assert.match(causesOf(error), /not valid TLS/);
});

test("the names in a certificate are not shown", async (t) => {
  const tenant = await tenantOf(t, { https: { onlyHosts: true, hosts: ["canary.example"] } });
  const error = await silentError(tenant, { tls: { ca: tenant.ca } });
  assert.match(causesOf(error), /certificate not valid for the host name/);
});

test("an expired certificate is named as the cause", async (t) => {
  const tenant = await tenantOf(t, { https: { expired: true } });
  const error = await silentError(tenant, { tls: { ca: tenant.ca } });
  assert.match(causesOf(error), /certificate expired/);
});

test("a name that cannot be resolved is the cause, in the system's words", async () => {
  const server = { domain: "tenant.auth0.invalid", clientId: "c", clientSecret: "s" };
  const error = await silentError(server, { proxy: false });
  assert.match(causesOf(error), /lookup|resolve|known|name/i);
});

for (const [name, reply] of [
  ["refuses CONNECT", `HTTP/1.1 403 ${TEXT}\r\nx-reason: ${TEXT}\r\n\r\n${ESCAPE}`],
  ["demands credentials", `HTTP/1.1 407 ${TEXT}\r\nproxy-authenticate: ${TEXT}\r\n\r\n`],
  ["fails", `HTTP/1.1 502 ${TEXT}\r\n\r\n${ESCAPE}`],
  ["does not speak HTTP", `${ESCAPE}\r\n\r\n`],
  ["never ends its headers", `HTTP/1.1 200 OK\r\n${`x: ${TEXT}\r\n`.repeat(2000)}`],
  ["forwards bytes that are not TLS", `HTTP/1.1 200 OK\r\n\r\n${ESCAPE}`],
]) {
  test(`no text from a proxy that ${name} appears`, async (t) => {
    const host = await listening(
      t,
      createServer((socket) => socket.once("data", () => socket.end(reply))),
    );
    const server = { domain: "tenant.auth0.invalid", clientId: "c", clientSecret: "s" };
    const error = await silentError(server, { proxy: `http://${host}` });
    assert.equal(error.code, "ERR_NETWORK", String(error));
  });
}

for (const [name, reply] of [
  ["an error", `-ERR ${ESCAPE}\r\n`],
  ["an error with a code of its own", `-${TEXT.replaceAll("-", "")} ${ESCAPE}\r\n`],
  ["text that is not a reply", `${ESCAPE}\r\n`],
  ["a reply of another type", `+${TEXT}\r\n`],
]) {
  test(`a log line quotes nothing from a Redis that sends ${name}`, async (t) => {
    const redis = await listening(
      t,
      createServer((socket) => socket.on("data", () => socket.write(reply.repeat(4)))),
    );
    const server = await scriptedServer(t, { api: { sessions: [] } });
    const logger = recordingLogger();
    const sharedState = { redisUrl: `redis://${redis}` };
    const service = serviceFor(server, { sharedState, logLevel: "debug" }, logger);
    await service.findUserSessions("auth0|a");
    assert.ok(logger.lines.length > 0, "nothing was logged");
    assertSilent(inspect(logger.lines, { depth: 10 }));
  });
}

test("an id from a server appears in a log line or an error only if it is a valid id", async (t) => {
  const id = ESCAPE.repeat(200);
  const email = "a@example.com";
  const logger = recordingLogger();
  const api = ({ url }) => {
    if (url.includes("users-by-email")) return { body: [{ user_id: id, email }] };
    return { sessions: [{ id, user_id: "auth0|other" }] };
  };
  const service = serviceFor(await scriptedServer(t, { api }), { logLevel: "info" }, logger);
  await service.revokeOtherUserSessions("auth0|a", "mine");
  assertSilent(everythingOf(await rejection(service.revokeAllUserSessions({ email }))));
  assertSilent(inspect(logger.lines, { depth: 10 }));
});

test("a key from a server is not shown as a position in its response", async (t) => {
  const key = "canary0123456789abcdef";
  for (const body of [`{"${key}":tru`, `{"sessions":[{"${key}":{"x":nul`, `{"${key}":[1,{"a":`]) {
    const server = await scriptedServer(t, { api: { body } });
    const error = await silentError(server);
    assert.equal(error.code, "ERR_AUTH0_API");
  }
});

// Connections: how few there are, what happens to requests on those that close or break, and what a
// server cannot achieve with headers and encodings.

import assert from "node:assert/strict";
import { constants } from "node:http2";
import { connect, createServer } from "node:net";
import { pipeline, Readable } from "node:stream";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { Auth0ApiError, NetworkError } from "@archie/auth0-user-security";
import { scriptedServer, tokenResponse } from "../../test-support/scripted-server.mjs";
import { authority, overHttp2, overHttps } from "../../test-support/secure-server.mjs";
import { rejection, serviceFor } from "../../test-support/service.mjs";

const USER = "auth0|a";
const EMPTY = { sessions: [] };
const PERSON = { user_id: USER, identities: [{ provider: "auth0", user_id: "a" }] };
const TICKET = "/api/v2/tickets/password-change";
const KINDS = { "HTTP/2": overHttp2, "HTTP/1.1 over TLS": overHttps, "HTTP/1.1": undefined };
/**
 * A request that follows at once may be sent before the HTTP/1.1 connection is free again, and then opens
 * a spare one.
 */
const MOST = { "HTTP/2": 1, "HTTP/1.1 over TLS": 2, "HTTP/1.1": 2 };

/** How often a request is sent that the server rejects unprocessed: once, and eight times more. */
const MOST_UNSEEN = 9;

const trusting = (server, config) =>
  serviceFor(server, { tls: { ca: authority.pem }, retry: { maxDelayMs: 0 }, ...config });
const find = (server, config) => trusting(server, config).findUserSessions(USER);
const tickets = ({ requests }) => requests.filter(({ url }) => url === TICKET);

/** Responses to all requests of a ticket call; `ticket` returns that to the n-th request for one. */
function ticketScript(ticket) {
  let asked = 0;
  return {
    api({ url, headers }) {
      if (url !== TICKET) return PERSON;
      asked += 1;
      return ticket(asked) ?? { ticket: `https://${headers[":authority"]}/ticket` };
    },
  };
}

for (const [kind, create] of Object.entries(KINDS)) {
  test(`sequential calls share a connection over ${kind}`, async (t) => {
    const server = await scriptedServer(t, { api: EMPTY }, create);
    const service = trusting(server);
    for (let i = 0; i < 20; i += 1) await service.findUserSessions(USER);
    assert.ok(server.connections <= MOST[kind], `${server.connections} connections`);
    assert.equal(server.requests.length, 21);
  });

  test(`calls continue after the server restarts on its port, over ${kind}`, async (t) => {
    const server = await scriptedServer(t, { api: EMPTY }, create);
    const service = trusting(server);
    for (let i = 0; i < 3; i += 1) {
      assert.deepEqual(await service.findUserSessions(USER), []);
      await server.restart();
    }
    assert.deepEqual(await service.findUserSessions(USER), []);
    assert.equal(server.requests.length, 5);
  });
}

test("64 concurrent calls share a connection over HTTP/2", async (t) => {
  const server = await scriptedServer(t, { api: EMPTY }, overHttp2);
  const service = trusting(server);
  await Promise.all(Array.from({ length: 64 }, () => service.findUserSessions(USER)));
  assert.equal(server.connections, 1);
  assert.equal(server.requests.length, 65);
});

/** Reports that no stream after `last` was processed, and closes the connection. */
const goAway = (last) => (response) => {
  const { session } = response.stream;
  session.goaway(constants.NGHTTP2_NO_ERROR, last(response.stream.id));
  session.destroy();
};
const reset = (code) => (response) => response.stream.close(constants[code]);

for (const [name, response] of [
  ["rejected unprocessed", reset("NGHTTP2_REFUSED_STREAM")],
  ["left unprocessed by a GOAWAY", goAway((id) => id - 2)],
]) {
  test(`a change that was ${name} is sent again`, async (t) => {
    const script = ticketScript((asked) => (asked === 1 ? response : undefined));
    const server = await scriptedServer(t, script, overHttp2);
    const url = await trusting(server).generatePasswordChangeTicket(USER);
    assert.equal(url, `${server.domain}/ticket`);
    assert.equal(tickets(server).length, 2);
  });
}

const sendsHeadThen = (end) => (response) => {
  response.writeHead(201, { "content-type": "application/json" });
  response.write('{"ticket":', () => end(response));
};

for (const [name, kind, response] of [
  ["refused in the middle of its response", "HTTP/2", reset("NGHTTP2_REFUSED_STREAM")],
  ["left out in the middle of its response", "HTTP/2", goAway((id) => id - 2)],
  ["seen, with a GOAWAY in the middle of its response", "HTTP/2", goAway((id) => id)],
  ["cancelled in the middle of its response", "HTTP/2", reset("NGHTTP2_CANCEL")],
  ["reset in the middle of its response", "HTTP/1.1 over TLS", ({ socket }) => socket.destroy()],
  ["reset in the middle of its response", "HTTP/1.1", ({ socket }) => socket.resetAndDestroy()],
]) {
  test(`a change that was ${name} is sent once over ${kind}`, async (t) => {
    const script = ticketScript(() => sendsHeadThen(response));
    const server = await scriptedServer(t, script, KINDS[kind]);
    const error = await rejection(trusting(server).generatePasswordChangeTicket(USER));
    // A connection that closes cleanly may count as the end of a response, which is then truncated.
    assert.ok(error instanceof Auth0ApiError, String(error));
    assert.deepEqual([error.attempts, tickets(server).length], [1, 1]);
  });
}

test("a change that is always rejected unprocessed is sent a limited number of times", async (t) => {
  const refused = ticketScript(() => reset("NGHTTP2_REFUSED_STREAM"));
  const server = await scriptedServer(t, refused, overHttp2);
  const error = await rejection(trusting(server).generatePasswordChangeTicket(USER));
  assert.equal(error.constructor, NetworkError, String(error));
  assert.deepEqual([error.attempts, tickets(server).length], [MOST_UNSEEN, MOST_UNSEEN]);
});

for (const [name, response, unseen] of [
  ["refused", reset("NGHTTP2_REFUSED_STREAM"), MOST_UNSEEN - 1],
  // Node cannot send a GOAWAY that leaves out the first request of a connection.
  ["left unprocessed by a GOAWAY", goAway((id) => id - 2), 1],
]) {
  test(`requests that were ${name} unprocessed use up no attempts`, async (t) => {
    const script = ticketScript((asked) => (asked <= unseen ? response : undefined));
    const server = await scriptedServer(t, script, overHttp2);
    const service = trusting(server, { retry: { maxAttempts: 1, maxDelayMs: 0 } });
    assert.equal(await service.generatePasswordChangeTicket(USER), `${server.domain}/ticket`);
    assert.equal(tickets(server).length, unseen + 1);
  });
}

test("other failures still count when requests were rejected unprocessed in between", async (t) => {
  const responses = [reset("NGHTTP2_REFUSED_STREAM"), { status: 500 }];
  let asked = 0;
  const api = () => responses[asked++ % responses.length];
  const server = await scriptedServer(t, { api }, overHttp2);
  const error = await rejection(find(server));
  assert.equal(error.statusCode, 500, String(error));
  assert.deepEqual([error.attempts, asked], [6, 6], "three that count, three that do not");
});

for (const [name, response] of [
  ["processed before a GOAWAY", goAway((id) => id)],
  ["broken off by the server", reset("NGHTTP2_INTERNAL_ERROR")],
  ["cancelled by the server", reset("NGHTTP2_CANCEL")],
  ["on a connection that broke", (response) => response.stream.session.destroy()],
]) {
  test(`a change that was ${name} is not sent again`, async (t) => {
    const server = await scriptedServer(
      t,
      ticketScript(() => response),
      overHttp2,
    );
    const error = await rejection(trusting(server).generatePasswordChangeTicket(USER));
    assert.equal(error.constructor, NetworkError, String(error));
    assert.equal(error.attempts, 1);
    assert.equal(tickets(server).length, 1);
  });
}

/** A relay to a server that can go dead: connections stay open, but no data passes any more. */
async function relayTo(t, server) {
  const target = Number(new URL(server.domain).port);
  const pairs = [];
  const relay = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    for (const socket of [near, far]) socket.on("error", () => {});
    near.pipe(far).pipe(near);
    pairs.push([near, far]);
  });
  await new Promise((resolve) => relay.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    relay.close();
    for (const socket of pairs.flat()) socket.destroy();
  });
  return {
    ...server,
    domain: `https://127.0.0.1:${relay.address().port}`,
    pairs,
    goDead() {
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
        near.resume();
      }
    },
  };
}

test("a dead connection is detected, and the call continues over a new one", async (t) => {
  const server = await scriptedServer(t, { api: EMPTY }, overHttp2);
  const relay = await relayTo(t, server);
  const service = trusting(relay, { attemptTimeoutMs: 1500 });
  await service.findUserSessions(USER);
  relay.goDead();
  assert.deepEqual(await service.findUserSessions(USER), []);
  assert.ok(relay.pairs.length >= 2);
});

for (const status of [301, 302, 307, 308]) {
  test(`a ${status} is not followed over HTTP/2 either`, async (t) => {
    const elsewhere = await scriptedServer(t, { token: tokenResponse, api: EMPTY }, overHttp2);
    for (const place of ["token", "api"]) {
      const path = place === "token" ? "/oauth/token" : "/api/v2/users/x/sessions";
      const redirect = { status, headers: { location: `${elsewhere.domain}${path}` } };
      const server = await scriptedServer(t, { [place]: redirect }, overHttp2);
      const error = await rejection(find(server));
      assert.equal(error.statusCode, status, String(error));
      assert.match(error.message, /redirect/);
    }
    assert.deepEqual(elsewhere.requests, []);
  });
}

function* spaces() {
  for (;;) yield Buffer.alloc(1 << 20, " ");
}

const headersOf = (count, length) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-${i}`, "a".repeat(length)]));

for (const [kind, create] of Object.entries(KINDS)) {
  for (const [name, headers] of [
    ["10,000 headers", headersOf(10_000, 1)],
    ["one header of a megabyte", headersOf(1, 1 << 20)],
  ]) {
    test(`${name} over ${kind} are an error, not a response`, async (t) => {
      // A server that cannot even send them over HTTP/2 breaks the stream or the connection.
      const server = await scriptedServer(t, { api: { headers, body: EMPTY } }, create);
      const error = await rejection(find(server));
      assert.equal(error.constructor, NetworkError, String(error));
    });
  }

  test(`header values that are not text over ${kind} are ignored`, async (t) => {
    const odd = "\u00e9\u00ff";
    const headers = { "retry-after": odd, "x-ratelimit-reset": odd, "x-other": odd };
    const api = [{ status: 429, headers }, EMPTY];
    assert.deepEqual(await find(await scriptedServer(t, { api }, create)), []);
    const typed = { headers: { "content-type": odd }, body: EMPTY };
    const error = await rejection(find(await scriptedServer(t, { api: typed }, create)));
    assert.equal(error.constructor, Auth0ApiError, String(error));
    assert.match(error.message, /did not come from Auth0's API/);
  });

  test(`a compressed response over ${kind} is neither requested nor decompressed`, async (t) => {
    const bomb = gzipSync(Buffer.alloc(16 << 20, " "));
    const api = { headers: { "content-encoding": "gzip" }, body: bomb };
    const server = await scriptedServer(t, { api }, create);
    const error = await rejection(find(server));
    assert.equal(error.constructor, Auth0ApiError, String(error));
    assert.match(error.message, /not valid JSON/);
    assert.ok(server.requests.every(({ headers }) => headers["accept-encoding"] === undefined));
  });

  test(`an endless response over ${kind} is cut off at the size limit`, async (t) => {
    const endless = () => (response) => {
      response.writeHead(200, { "content-type": "application/json" });
      pipeline(Readable.from(spaces()), response, () => {});
    };
    const error = await rejection(find(await scriptedServer(t, { api: endless }, create)));
    assert.equal(error.constructor, Auth0ApiError, String(error));
    assert.match(error.message, /larger than 8 MiB/);
  });
}

// A broken response is an Auth0ApiError that says what was expected; nothing readable is lost.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Auth0ApiError,
  NetworkError,
  SessionNotFoundError,
  TimeoutError,
} from "@archie/auth0-user-security";
import { scriptedServer, tokenResponse } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor } from "../../test-support/service.mjs";

const JSON_TYPE = { "content-type": "application/json" };
const config = { retry: { maxAttempts: 2, maxDelayMs: 0 } };
const find = (server, options) => serviceFor(server, config).findUserSessions("auth0|a", options);

/** A response with a handwritten body. */
const byHand =
  (write, headers = JSON_TYPE) =>
  () =>
  (response) => {
    response.writeHead(200, headers);
    write(response);
  };

const EXPECTED_LIST = /expected an object with an array `sessions`/;
const NOT_AUTH0 = /did not come from Auth0's API/;

for (const [name, response, problem] of [
  ["truncated JSON", { body: '{"sessions":[{"id":"a"' }, /ends too early/],
  ["no body", { body: "" }, /ends too early/],
  ["no content", { status: 204 }, /ends too early/],
  ["invalid JSON", { body: "{sessions}" }, /not valid JSON/],
  ["text after the JSON", { body: '{"sessions":[]} extra' }, /trailing data/],
  [
    "bytes that are not UTF-8",
    { body: Buffer.from('{"sessions":[{"id":"\xff"}]}', "latin1") },
    /JSON|structure/,
  ],
  ["a lone surrogate", { body: '{"sessions":[{"id":"\\ud800"}]}' }, /JSON|structure/],
  ["JSON nested too deeply", { body: "[".repeat(100_000) }, /JSON|structure|early/],
  ["null", { body: "null" }, /expected structure/],
  ["an array", { body: [] }, /expected structure/],
  ["null sessions", { sessions: null }, /expected structure at `sessions`/],
  ["text as sessions", { sessions: "none" }, /expected structure at `sessions`/],
  ["no sessions", { start: 0 }, /expected structure/],
  ["null sessions only", { sessions: [null, null] }, /expected structure at `sessions`/],
  ["sessions without id only", { sessions: [{}, {}] }, /expected structure at `sessions`/],
  ["a null id only", { sessions: [{ id: null }] }, /expected structure at `sessions`/],
  ["a numeric id only", { sessions: [{ id: 5 }] }, /expected structure at `sessions`/],
]) {
  test(`a session list with ${name} is an Auth0ApiError that says what was expected`, async (t) => {
    const error = await rejection(find(await scriptedServer(t, { api: response })));
    assert.equal(error.constructor, Auth0ApiError, String(error));
    assert.match(error.message, EXPECTED_LIST);
    assert.match(error.message, problem);
    assert.deepEqual([error.code, error.method], ["ERR_AUTH0_API", "GET"]);
    assert.equal(error.endpoint, "/api/v2/users/{user_id}/sessions");
  });
}

for (const [name, response, what] of [
  [
    "HTML",
    { headers: { "content-type": "text/html" }, body: "<p>Hello" },
    "200, text/html, 8 bytes",
  ],
  [
    "no content type",
    byHand((response) => response.end('{"sessions":[]}'), {}),
    "200, no content type, 15 bytes",
  ],
]) {
  test(`a session list with ${name} is an Auth0ApiError that describes the response`, async (t) => {
    const error = await rejection(find(await scriptedServer(t, { api: response })));
    assert.equal(error.constructor, Auth0ApiError, String(error));
    assert.match(error.message, NOT_AUTH0);
    assert.ok(error.message.includes(`(${what})`), error.message);
  });
}

for (const [name, response] of [
  ["an object", {}],
  ["a user without id", [{ email: "a@example.com" }]],
  ["a null user", [null]],
  ["a null id", [{ user_id: null }]],
  ["truncated JSON", { body: "[" }],
]) {
  test(`a lookup by email that gets ${name} is an Auth0ApiError`, async (t) => {
    const server = await scriptedServer(t, {
      api: { body: response.body ?? JSON.stringify(response) },
    });
    const user = { email: "a@example.com" };
    const error = await rejection(serviceFor(server, config).findUserSessions(user));
    assert.equal(error.constructor, Auth0ApiError, String(error));
    assert.match(error.message, /expected an array of users with `user_id`/);
  });
}

for (const [name, response, problem = /expected an object with a string `access_token`/] of [
  ["no token", { token_type: "Bearer" }],
  ["a null token", { ...tokenResponse, access_token: null }],
  ["a numeric token", { ...tokenResponse, access_token: 5 }],
  ["text", { body: '"token"' }],
  ["truncated JSON", { body: '{"access_token":"a' }],
  ["HTML", { headers: { "content-type": "text/html" }, body: "<html>" }, NOT_AUTH0],
]) {
  test(`a token response with ${name} is an Auth0ApiError that says what was expected`, async (t) => {
    const server = await scriptedServer(t, { token: response, api: { sessions: [] } });
    const error = await rejection(find(server));
    assert.equal(error.constructor, Auth0ApiError, String(error));
    assert.match(error.message, problem);
    assert.equal(error.endpoint, "/oauth/token");
  });
}

for (const [name, more] of [
  ["without expiry and scope", { expires_in: undefined, scope: undefined }],
  ["with null expiry and scope", { expires_in: null, scope: null }],
  ["with a scope that is not a string", { scope: ["read:sessions"] }],
  ["with unknown fields", { not_before: { deep: [1] } }],
]) {
  test(`a token response ${name} still yields its token`, async (t) => {
    const token = { ...tokenResponse, ...more };
    const server = await scriptedServer(t, { token, api: { sessions: [] } });
    assert.deepEqual(await find(server), []);
  });
}

test("a session whose response cannot be read is not revoked", async (t) => {
  const server = await scriptedServer(t, { api: { body: '{"id":"s","user_id":"auth0|a"' } });
  const error = await rejection(serviceFor(server, config).revokeUserSession("auth0|a", "s"));
  assert.equal(error.constructor, Auth0ApiError);
  assert.match(error.message, /expected a session with `id` and `user_id`/);
  assert.ok(server.requests.every(({ method, url }) => method === "GET" || url === "/oauth/token"));
});

test("a session that is null is not revoked", async (t) => {
  const server = await scriptedServer(t, { api: { body: "null" } });
  const error = await rejection(serviceFor(server, config).revokeUserSession("auth0|a", "s"));
  assert.ok([Auth0ApiError, SessionNotFoundError].includes(error.constructor), String(error));
  assert.ok(server.requests.every(({ method, url }) => method === "GET" || url === "/oauth/token"));
});

test("malformed optional fields of a session affect only themselves", async (t) => {
  const odd = {
    id: "odd",
    user_id: "auth0|a",
    created_at: { $date: "2026" },
    updated_at: "yesterday",
    last_interacted_at: 1_767_322_800,
    expires_at: "+275760-09-13T00:00:00.001Z",
    idle_expires_at: false,
    clients: [null, { client_id: null }, { client_id: "c" }],
    authentication: [],
    cookie: "persistent",
    session_metadata: { a: null, b: 5, c: "kept" },
    device: { last_user_agent: [], last_ip: "203.0.113.7" },
    new_in_2027: [{}],
  };
  const server = await scriptedServer(t, { api: { sessions: [odd, { id: "bare" }] } });
  const sessions = await find(server);
  assert.deepEqual(sessions.map(({ id }) => id).sort(), ["bare", "odd"]);
  const [shown] = sessions.filter(({ id }) => id === "odd");
  assert.deepEqual(
    [shown.clientIds, shown.address, shown.metadata],
    [["c"], "203.0.113.7", { c: "kept" }],
  );
});

test("a list that repeats a page is an error, not a loop", async (t) => {
  const server = await scriptedServer(t, { api: { sessions: [{ id: "a" }], next: "same" } });
  const error = await rejection(find(server));
  assert.equal(error.constructor, Auth0ApiError);
  assert.match(error.message, /repeats a page/);
});

test("an endless list is an error, not a loop", async (t) => {
  let page = 0;
  const api = () => ({ sessions: [], next: `page-${++page}` });
  const error = await rejection(find(await scriptedServer(t, { api })));
  assert.equal(error.constructor, Auth0ApiError);
  assert.match(error.message, /does not end/);
});

test("an endless response is cut off at the size limit", async (t) => {
  const chunk = Buffer.alloc(1 << 20, " ");
  const endless = byHand(function more(response) {
    response.write(chunk, () => response.destroyed || more(response));
  });
  const error = await rejection(find(await scriptedServer(t, { api: endless })));
  assert.equal(error.constructor, Auth0ApiError, String(error));
  assert.match(error.message, /larger than 8 MiB/);
});

test("a response shorter than its content-length is NetworkError after every attempt", async (t) => {
  const headers = { ...JSON_TYPE, "content-length": 1000 };
  const short = byHand((response) => {
    response.write('{"sessions":[]}', () => response.destroy());
  }, headers);
  const server = await scriptedServer(t, { api: short });
  const error = await rejection(find(server));
  assert.equal(error.constructor, NetworkError, String(error));
  assert.equal(error.attempts, 2);
});

test("a response that never ends is cut off at the deadline", async (t) => {
  const stalled = byHand((response) => response.write('{"sessions":['));
  const server = await scriptedServer(t, { api: stalled });
  // Nothing else could end it.
  const patient = serviceFor(server, { attemptTimeoutMs: 3_600_000, timeoutMs: 3_600_000 });
  const error = await rejection(patient.findUserSessions("auth0|a", { timeoutMs: 300 }));
  assert.equal(error.constructor, TimeoutError, String(error));
});

test("a flood of headers is an error", async (t) => {
  const headers = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, index) => [`x-${index}`, "a".repeat(100)]),
  );
  const flood = byHand((response) => response.end('{"sessions":[]}'), headers);
  const error = await rejection(find(await scriptedServer(t, { api: flood })));
  assert.ok(error instanceof Auth0ApiError, String(error));
});

test("a response that is not HTTP is NetworkError", async (t) => {
  const garbage = () => (response) => response.socket.end("220 mail.example ESMTP\r\n");
  const error = await rejection(find(await scriptedServer(t, { api: garbage })));
  assert.equal(error.constructor, NetworkError, String(error));
});

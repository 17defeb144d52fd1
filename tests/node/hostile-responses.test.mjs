// Responses that are too slow, too large, too deep or ambiguous affect one call at most.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import {
  Auth0ApiError,
  NetworkError,
  SessionNotFoundError,
  TimeoutError,
} from "@archie/auth0-user-security";
import { everythingOf } from "../../test-support/error-text.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, tenantOf, writes } from "../../test-support/service.mjs";

const LIST = "/api/v2/users/{user_id}/sessions";
const CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.0.0 Safari/537.36";
const config = { retry: { maxAttempts: 2, maxDelayMs: 0 } };
const find = (server, options) => serviceFor(server, config).findUserSessions("auth0|a", options);
const listing = (text) => ({ body: `{"sessions":[${text}]}` });

test("a body that trickles in is cut off at the deadline", async (t) => {
  const tenant = await tenantOf(t);
  tenant.fault(LIST, { drip: { bytes: 1, every: 500 } }, 10);
  // Nothing else could end it.
  const patient = { attemptTimeoutMs: 3_600_000, timeoutMs: 3_600_000 };
  const call = serviceFor(tenant, patient).findUserSessions(PEOPLE.ada, { timeoutMs: 400 });
  const error = await rejection(call);
  assert.equal(error.constructor, TimeoutError, String(error));
});

test("a body of 100 MB is rejected before it is read", async (t) => {
  const tenant = await tenantOf(t);
  tenant.fault(LIST, { huge: 100_000_000 }, 10);
  const error = await rejection(serviceFor(tenant, config).findUserSessions(PEOPLE.ada));
  assert.equal(error.constructor, Auth0ApiError, String(error));
  assert.match(error.message, /larger than 8 MiB/);
});

test("a token response of 100 MB is rejected before it is read", async (t) => {
  const tenant = await tenantOf(t);
  tenant.fault("/oauth/token", { huge: 100_000_000 }, 10);
  const error = await rejection(serviceFor(tenant, config).findUserSessions(PEOPLE.ada));
  assert.equal(error.constructor, Auth0ApiError, String(error));
  assert.match(error.message, /larger than 8 MiB/);
});

test("a single header of 1 MB is an error", async (t) => {
  const headers = { "x-long": "a".repeat(1 << 20) };
  const server = await scriptedServer(t, { api: { headers, body: '{"sessions":[]}' } });
  const error = await rejection(find(server));
  assert.equal(error.constructor, NetworkError, String(error));
});

test("a user agent of 1 MB affects only the device of its session", async (t) => {
  const long = `${CHROME} ${"(x; y) z/1 ".repeat(95_000)}`;
  const sessions = [long, "\u0000".repeat(1 << 20), CHROME].map((last_user_agent, index) => ({
    id: `s${index}`,
    device: { last_user_agent },
  }));
  const found = await find(await scriptedServer(t, { api: { sessions } }));
  assert.deepEqual(
    found.map(({ id, browser, os }) => [id, browser, os]),
    [
      ["s0", "Chrome 120.0.0", "Windows 10"],
      ["s1", "Unknown", "Unknown"],
      ["s2", "Chrome 120.0.0", "Windows 10"],
    ],
  );
});

test("a page of ten thousand sessions is listed in full", async (t) => {
  const sessions = Array.from({ length: 10_000 }, (_, index) => ({ id: `s${index}` }));
  const found = await find(await scriptedServer(t, { api: { sessions } }));
  assert.equal(new Set(found.map(({ id }) => id)).size, 10_000);
});

test("ten thousand identities of a user are listed in full", async (t) => {
  const identities = Array.from({ length: 10_000 }, (_, index) => ({
    provider: "github",
    user_id: index,
  }));
  const server = await scriptedServer(t, { api: { user_id: "github|0", identities } });
  const methods = await serviceFor(server, config).findUserAuthenticationMethods("github|0");
  assert.equal(new Set(methods.map(({ id }) => id)).size, 10_000);
  assert.deepEqual(methods.filter(({ isPrimary }) => isPrimary).length, 1);
});

const nested = (depth) => `${'{"a":'.repeat(depth)}0${"}".repeat(depth)}`;

test("metadata nested a hundred levels deep does not affect its session", async (t) => {
  const api = listing(`{"id":"a","session_metadata":{"kept":"x","deep":${nested(100)}}}`);
  const [session] = await find(await scriptedServer(t, { api }));
  assert.deepEqual([session.id, session.metadata], ["a", { kept: "x" }]);
});

test("metadata nested a hundred thousand levels deep affects only itself", async (t) => {
  const api = listing(`{"id":"a","session_metadata":{"kept":"x","deep":${nested(100_000)}}}`);
  const [session] = await find(await scriptedServer(t, { api }));
  assert.deepEqual([session.id, session.metadata], ["a", { kept: "x" }]);
  const profile = { body: `{"user_id":"auth0|a","user_metadata":${nested(100_000)}}` };
  const service = serviceFor(await scriptedServer(t, { api: profile }), config);
  assert.deepEqual(await service.findUserAuthenticationMethods("auth0|a"), []);
});

for (const [name, session] of [
  ["the user's own id last", '{"id":"s","user_id":"auth0|b","user_id":"auth0|a"}'],
  ["the user's own id first", '{"id":"s","user_id":"auth0|a","user_id":"auth0|b"}'],
]) {
  test(`a session that names two owners, ${name}, is not revoked`, async (t) => {
    const server = await scriptedServer(t, { api: { body: session } });
    const error = await rejection(serviceFor(server, config).revokeUserSession("auth0|a", "s"));
    assert.equal(error.constructor, Auth0ApiError, String(error));
    assert.deepEqual(writes(server), []);
  });
}

test("a session with another id than the requested one is not revoked", async (t) => {
  const server = await scriptedServer(t, { api: { id: "other", user_id: "auth0|b" } });
  const error = await rejection(serviceFor(server, config).revokeUserSession("auth0|a", "s"));
  assert.equal(error.constructor, SessionNotFoundError, String(error));
  assert.deepEqual(writes(server), []);
});

test("clients and methods of the wrong type affect only themselves", async (t) => {
  const odd = [
    { id: "a", clients: "none", authentication: { methods: {} } },
    {
      id: "b",
      clients: [5, { client_id: "c" }],
      authentication: { methods: [7, { name: "pwd" }] },
    },
  ];
  const sessions = await find(await scriptedServer(t, { api: { sessions: odd } }));
  const shown = sessions.map(({ id, clientIds, authenticationMethods }) => [
    id,
    clientIds,
    authenticationMethods.map(({ name }) => name),
  ]);
  assert.deepEqual(shown.sort(), [
    ["a", [], []],
    ["b", ["c"], ["pwd"]],
  ]);
});

test("a key of a response is not quoted, as a value is not", async (t) => {
  const api = { body: '{"sessions":[],"cAnArY-tOkEn":{"cAnArY":[' };
  const error = await rejection(find(await scriptedServer(t, { api })));
  assert.equal(error.constructor, Auth0ApiError, String(error));
  assert.doesNotMatch(everythingOf(error), /cAnArY/);
});

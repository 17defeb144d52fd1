// A token of the caller's own in place of credentials: a string, or a function that returns one.

import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import { inspect } from "node:util";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { Auth0ApiError, ConfigurationError, TimeoutError } from "@archie/auth0-user-security";
import { everythingOf } from "../../test-support/error-text.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { issuedToken, serviceWithToken } from "../../test-support/own-token.mjs";
import { held, scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, tenantOf, tokenRequests } from "../../test-support/service.mjs";

const USER = "auth0|a";
const CANARY = "cAnArY-token-41c7";

/** A function that returns these tokens in turn, and records how it was called. */
function supplierOf(...tokens) {
  const calls = [];
  const supplier = (...given) => {
    calls.push(given);
    return tokens[Math.min(calls.length, tokens.length) - 1];
  };
  return Object.assign(supplier, { calls });
}

/** A JWT as far as anyone but Auth0 can tell. */
function jwt(claims) {
  const [header, payload] = [{ alg: "RS256" }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  return `${header}.${payload}.c2lnbmF0dXJl`;
}

const inSeconds = (seconds) => Math.floor(Date.now() / 1000) + seconds;
const bearersOf = ({ requests }) => requests.map(({ headers }) => headers.authorization);
const accepting = { api: { sessions: [] } };
const refusal = { status: 401, body: { statusCode: 401, errorCode: "invalid_token" } };

/** A server that accepts no token but this one. */
const onlyAccepting = (token) => ({
  api: ({ headers }) => (headers.authorization === `Bearer ${token}` ? { sessions: [] } : refusal),
});

test("a token of the tenant serves every call, and none is requested", async (t) => {
  const tenant = await tenantOf(t);
  const token = await issuedToken(tenant);
  const requestsBefore = tokenRequests(tenant).length;
  for (const accessToken of [token, () => token, async () => token]) {
    const service = serviceWithToken(tenant, accessToken);
    assert.equal((await service.findUserSessions(PEOPLE.ada)).length, 5);
    const { ok, findings } = await service.checkConfiguration();
    assert.ok(ok, inspect(findings));
    assert.ok(findings.some(({ check }) => check === "scopes:findUserSessions"));
  }
  assert.equal(tokenRequests(tenant).length, requestsBefore);
});

test("a string is sent as it is, and a refusal of it is Auth0's", async (t) => {
  const server = await scriptedServer(t, onlyAccepting("another"));
  const error = await rejection(serviceWithToken(server, "mine").findUserSessions(USER));
  assert.equal(error.constructor, Auth0ApiError);
  assert.deepEqual([error.statusCode, error.attempts], [401, 1]);
  assert.deepEqual(bearersOf(server), ["Bearer mine"]);
});

test("the function is called once for all calls that wait, and its token is kept", async (t) => {
  const server = await scriptedServer(t, accepting);
  const { promise, release } = held();
  const supplier = supplierOf(promise.then(() => "mine"));
  const service = serviceWithToken(server, supplier);
  const calls = Array.from({ length: 50 }, () => service.findUserSessions(USER));
  release();
  await Promise.all(calls);
  await service.findUserSessions(USER);
  assert.deepEqual(supplier.calls, [[{ rejected: false }]]);
  assert.deepEqual(new Set(bearersOf(server)), new Set(["Bearer mine"]));
});

for (const [name, seconds, calls] of [
  ["in an hour", 3_600, 1],
  ["within a minute", 59, 3],
  ["an hour ago", -3_600, 3],
]) {
  test(`of a JWT that expires ${name}, ${calls} are asked for in three calls`, async (t) => {
    const server = await scriptedServer(t, accepting);
    const supplier = supplierOf(jwt({ exp: inSeconds(seconds) }));
    const service = serviceWithToken(server, supplier);
    for (let call = 0; call < 3; call += 1) await service.findUserSessions(USER);
    assert.equal(supplier.calls.length, calls);
  });
}

test("a refused token is replaced, and the function is told", async (t) => {
  const server = await scriptedServer(t, onlyAccepting("new"));
  const supplier = supplierOf("old", "new");
  const service = serviceWithToken(server, supplier);
  assert.deepEqual(await service.findUserSessions(USER), []);
  assert.deepEqual(await service.findUserSessions(USER), []);
  assert.deepEqual(supplier.calls, [[{ rejected: false }], [{ rejected: true }]]);
  assert.deepEqual(bearersOf(server), ["Bearer old", "Bearer new", "Bearer new"]);
});

test("a second refusal ends the call", async (t) => {
  const server = await scriptedServer(t, onlyAccepting("another"));
  const supplier = supplierOf("old", "older");
  const error = await rejection(serviceWithToken(server, supplier).findUserSessions(USER));
  assert.deepEqual([error.constructor, error.statusCode], [Auth0ApiError, 401]);
  assert.equal(supplier.calls.length, 2);
});

test("until a token replaces a refused one, the function is told of the refusal", async (t) => {
  const server = await scriptedServer(t, onlyAccepting("new"));
  const told = [];
  const supplier = ({ rejected }) => {
    told.push(rejected);
    if (told.length === 2) throw new Error("not now");
    return told.length === 1 ? "old" : "new";
  };
  const service = serviceWithToken(server, supplier);
  await rejection(service.findUserSessions(USER));
  await service.findUserSessions(USER);
  assert.deepEqual(told, [false, true, true]);
});

const THROWN = new Error("The vault is sealed.");
const SENTENCE = "a string";

for (const [name, supplier, cause] of [
  [
    "throws",
    () => {
      throw THROWN;
    },
    THROWN,
  ],
  ["rejects", async () => Promise.reject(THROWN), THROWN],
  ["rejects with no error", () => Promise.reject(SENTENCE), SENTENCE],
  ["returns nothing", () => undefined, undefined],
  ["returns a number", async () => 5, undefined],
  ["returns an object", () => ({ access_token: "mine" }), undefined],
  ["returns an empty string", () => "", undefined],
  ["returns more than a token", () => "mine\r\nx-injected: 1", undefined],
  ["returns what is too long", () => "x".repeat(16_385), undefined],
]) {
  test(`a function that ${name} is an error about the setting for all that wait`, async (t) => {
    const server = await scriptedServer(t, accepting);
    const service = serviceWithToken(server, supplier);
    const calls = [1, 2].map(() => rejection(service.findUserSessions(USER)));
    for (const error of await Promise.all(calls)) {
      assert.equal(error.constructor, ConfigurationError);
      assert.deepEqual([error.field, error.cause], ["accessToken", cause]);
      assert.equal(error.operation, "findUserSessions");
    }
    assert.equal(server.requests.length, 0);
  });
}

test("after a failure the function is called again at once", async (t) => {
  const server = await scriptedServer(t, accepting);
  let isSealed = true;
  const supplier = async () => (isSealed ? Promise.reject(THROWN) : "mine");
  const service = serviceWithToken(server, supplier);
  await rejection(service.findUserSessions(USER));
  isSealed = false;
  assert.deepEqual(await service.findUserSessions(USER), []);
});

test("a function that takes too long is a TimeoutError, and another call asks anew", async (t) => {
  const server = await scriptedServer(t, accepting);
  const supplier = supplierOf(new Promise(() => {}), "mine");
  const service = serviceWithToken(server, supplier);
  const error = await rejection(service.findUserSessions(USER, { timeoutMs: 50 }));
  assert.equal(error.constructor, TimeoutError);
  assert.match(error.message, /function in accessToken.*deadline/);
  assert.equal(error.attempts, 0);
  assert.deepEqual(await service.findUserSessions(USER), []);
});

test("calls that overlap do not keep a function waiting that never settles", async (t) => {
  const server = await scriptedServer(t, accepting);
  const supplier = supplierOf(new Promise(() => {}), "mine");
  const service = serviceWithToken(server, supplier, { timeoutMs: 50 });
  const hasty = rejection(service.findUserSessions(USER));
  const patient = rejection(service.findUserSessions(USER, { timeoutMs: 300_000 }));
  for (const error of await Promise.all([hasty, patient])) {
    assert.equal(error.constructor, TimeoutError);
  }
  assert.deepEqual(await service.findUserSessions(USER, { timeoutMs: 30_000 }), []);
  assert.equal(supplier.calls.length, 2);
});

test("after several refusals the function is asked again by the next call", async (t) => {
  const api = ({ headers }) =>
    headers.authorization === "Bearer new" ? { sessions: [] } : refusal;
  const server = await scriptedServer(t, { api });
  const supplier = supplierOf("old", "old", "old", "new");
  const service = serviceWithToken(server, supplier);
  const error = await rejection(service.findUserSessions(USER));
  assert.equal(error.statusCode, 401);
  assert.deepEqual(await service.findUserSessions(USER), []);
  assert.deepEqual(supplier.calls.at(-1), [{ rejected: true }]);
});

test("an abort does not wait for the function", async (t) => {
  const server = await scriptedServer(t, accepting);
  const controller = new AbortController();
  const supplier = () => {
    controller.abort();
    return new Promise(() => {});
  };
  const call = serviceWithToken(server, supplier).findUserSessions(USER, {
    signal: controller.signal,
  });
  assert.equal(await rejection(call), controller.signal.reason);
});

test("the function runs in the asynchronous context in which the service was created", async (t) => {
  const server = await scriptedServer(t, accepting);
  const storage = new AsyncLocalStorage();
  const seen = [];
  const supplier = () => {
    seen.push(storage.getStore());
    return "mine";
  };
  const service = storage.run("start", () => serviceWithToken(server, supplier));
  await storage.run("call", () => service.findUserSessions(USER));
  assert.deepEqual(seen, ["start"]);
});

test("the token appears in no error, no log line and no inspected object", async (t) => {
  const echo = ({ headers }) => ({
    status: 400,
    body: { statusCode: 400, message: headers.authorization },
  });
  const server = await scriptedServer(t, { api: echo });
  for (const accessToken of [CANARY, () => CANARY, () => `${CANARY} `]) {
    const logger = recordingLogger();
    const service = serviceWithToken(server, accessToken, { logLevel: "debug" }, logger);
    const error = await rejection(service.findUserSessions(USER));
    const texts = [everythingOf(error), inspect(logger.lines, { depth: 9 }), inspect(service)];
    for (const text of texts) assert.ok(!text.includes(CANARY), text);
  }
});

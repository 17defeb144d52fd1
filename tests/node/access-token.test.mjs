// A token of the caller's own in place of credentials: a string, or a function that returns one.

import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import { inspect } from "node:util";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import {
  Auth0ApiError,
  Auth0UserSecurityService,
  ConfigurationError,
  TimeoutError,
} from "@archie/auth0-user-security";
import { CALLBACK, connect, identitiesOf } from "../../test-support/connection.mjs";
import { everythingOf } from "../../test-support/error-text.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { held, scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, tenantOf, tokenRequests } from "../../test-support/service.mjs";

const USER = "auth0|a";
const CANARY = "cAnArY-token-41c7";

/** A service without credentials. */
function serviceWith({ domain }, accessToken, config, logger = recordingLogger()) {
  return new Auth0UserSecurityService({ domain, accessToken, ...config }, logger);
}

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

/** A token that the tenant issued to its application. */
async function issuedBy({ domain, clientId, clientSecret, audience }) {
  const response = await fetch(`${domain}/oauth/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      audience,
    }),
  });
  return (await response.json()).access_token;
}

test("a token of the tenant serves every call, and none is requested", async (t) => {
  const tenant = await tenantOf(t);
  const token = await issuedBy(tenant);
  const requestsBefore = tokenRequests(tenant).length;
  for (const accessToken of [token, () => token, async () => token]) {
    const service = serviceWith(tenant, accessToken);
    assert.equal((await service.findUserSessions(PEOPLE.ada)).length, 5);
    const { ok, findings } = await service.checkConfiguration();
    assert.ok(ok, inspect(findings));
    assert.ok(findings.some(({ check }) => check === "scopes:findUserSessions"));
  }
  assert.equal(tokenRequests(tenant).length, requestsBefore);
});

test("a string is sent as it is, and a refusal of it is Auth0's", async (t) => {
  const server = await scriptedServer(t, onlyAccepting("another"));
  const error = await rejection(serviceWith(server, "mine").findUserSessions(USER));
  assert.equal(error.constructor, Auth0ApiError);
  assert.deepEqual([error.statusCode, error.attempts], [401, 1]);
  assert.deepEqual(bearersOf(server), ["Bearer mine"]);
});

test("the function is called once for all calls that wait, and its token is kept", async (t) => {
  const server = await scriptedServer(t, accepting);
  const { promise, release } = held();
  const supplier = supplierOf(promise.then(() => "mine"));
  const service = serviceWith(server, supplier);
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
    const service = serviceWith(server, supplier);
    for (let call = 0; call < 3; call += 1) await service.findUserSessions(USER);
    assert.equal(supplier.calls.length, calls);
  });
}

test("a refused token is replaced, and the function is told", async (t) => {
  const server = await scriptedServer(t, onlyAccepting("new"));
  const supplier = supplierOf("old", "new");
  const service = serviceWith(server, supplier);
  assert.deepEqual(await service.findUserSessions(USER), []);
  assert.deepEqual(await service.findUserSessions(USER), []);
  assert.deepEqual(supplier.calls, [[{ rejected: false }], [{ rejected: true }]]);
  assert.deepEqual(bearersOf(server), ["Bearer old", "Bearer new", "Bearer new"]);
});

test("a second refusal ends the call", async (t) => {
  const server = await scriptedServer(t, onlyAccepting("another"));
  const supplier = supplierOf("old", "older");
  const error = await rejection(serviceWith(server, supplier).findUserSessions(USER));
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
  const service = serviceWith(server, supplier);
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
    const service = serviceWith(server, supplier);
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
  const service = serviceWith(server, supplier);
  await rejection(service.findUserSessions(USER));
  isSealed = false;
  assert.deepEqual(await service.findUserSessions(USER), []);
});

test("a function that takes too long is a TimeoutError, and another call asks anew", async (t) => {
  const server = await scriptedServer(t, accepting);
  const supplier = supplierOf(new Promise(() => {}), "mine");
  const service = serviceWith(server, supplier);
  const error = await rejection(service.findUserSessions(USER, { timeoutMs: 50 }));
  assert.equal(error.constructor, TimeoutError);
  assert.match(error.message, /function in accessToken.*deadline/);
  assert.equal(error.attempts, 0);
  assert.deepEqual(await service.findUserSessions(USER), []);
});

test("an abort does not wait for the function", async (t) => {
  const server = await scriptedServer(t, accepting);
  const controller = new AbortController();
  const supplier = () => {
    controller.abort();
    return new Promise(() => {});
  };
  const call = serviceWith(server, supplier).findUserSessions(USER, { signal: controller.signal });
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
  const service = storage.run("start", () => serviceWith(server, supplier));
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
    const service = serviceWith(server, accessToken, { logLevel: "debug" }, logger);
    const error = await rejection(service.findUserSessions(USER));
    const texts = [everythingOf(error), inspect(logger.lines, { depth: 9 }), inspect(service)];
    for (const text of texts) assert.ok(!text.includes(CANARY), text);
  }
});

for (const [name, config, message] of [
  ["a client secret", { clientSecret: "s" }, /^accessToken and clientSecret are both given/],
  ["a private key", { clientAssertion: {} }, /^accessToken and clientAssertion are both given/],
  ["a number", { accessToken: 5 }, /^accessToken is not a string/],
  ["true", { accessToken: true }, /^accessToken is not a string/],
  ["an empty string", { accessToken: " " }, /^accessToken is empty/],
  ["a line break", { accessToken: "mine\n" }, /^accessToken contains a line break/],
  ["a space", { accessToken: "Bearer mine" }, /^accessToken cannot be sent in a header/],
  ["a token that is too long", { accessToken: "x".repeat(16_385) }, /^accessToken has more than/],
  [
    "a shared state",
    { sharedState: { redisUrl: "redis://127.0.0.1:1" } },
    /^application is missing/,
  ],
  [
    "a public application",
    { application: { clientId: "w" } },
    /^application\.clientSecret is missing/,
  ],
]) {
  test(`the constructor refuses a token with, or as, ${name}`, () => {
    for (const accessToken of ["mine", () => "mine"]) {
      const given = { domain: "tenant.eu.auth0.com", accessToken, ...config };
      assert.throws(
        () => new Auth0UserSecurityService(given),
        (error) => {
          assert.equal(error.constructor, ConfigurationError);
          assert.match(error.message, message);
          return true;
        },
      );
    }
  });
}

test("a function behind a getter is refused, and a proxy breaks nothing", () => {
  const domain = "tenant.eu.auth0.com";
  const getter = {
    domain,
    get accessToken() {
      return () => "mine";
    },
  };
  assert.throws(() => new Auth0UserSecurityService(getter), /accessToken is not a string/);
  const proxy = new Proxy({}, { getOwnPropertyDescriptor: () => assert.fail("not to be read") });
  assert.throws(() => new Auth0UserSecurityService(proxy), ConfigurationError);
});

test("linking needs an application of its own", async (t) => {
  const tenant = await tenantOf(t);
  const token = await issuedBy(tenant);
  const service = serviceWith(tenant, () => token, { redirectUri: CALLBACK });
  const isAboutApplication = (error) => {
    assert.deepEqual([error.constructor, error.field], [ConfigurationError, "application"]);
    return true;
  };
  assert.throws(() => service.generateAccountConnectionUrl("github", CALLBACK), isAboutApplication);
  for (const call of [
    service.generateAccountConnectionUrl(PEOPLE.ada, "github"),
    service.connectSecondaryAccount(PEOPLE.ada, CALLBACK, "code", { state: "state" }),
    service.connectSecondaryAccount(PEOPLE.ada, CALLBACK, "code"),
  ]) {
    await assert.rejects(call, isAboutApplication);
  }
  assert.equal(tenant.requests.length, 1);
});

test("with an application of its own, an account is linked", async (t) => {
  const tenant = await tenantOf(t);
  const token = await issuedBy(tenant);
  const { clientId, clientSecret } = tenant;
  const service = serviceWith(tenant, () => token, { application: { clientId, clientSecret } });
  const { ada, grace } = PEOPLE;
  const methods = await connect(tenant, service, {
    user: ada,
    provider: "google-oauth2",
    as: grace,
  });
  assert.equal(methods.length, 2);
  assert.deepEqual(identitiesOf(tenant, ada), [ada, grace]);
});

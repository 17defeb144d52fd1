// Errors are instances of real classes, wherever they were created, and point at the caller's line.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createRequire } from "node:module";
import { beforeEach, test } from "node:test";
import { Worker } from "node:worker_threads";
import * as imported from "@archie/auth0-user-security";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, sharedTenant } from "../../test-support/service.mjs";
import { PEOPLE, startTenant } from "../../test-support/tenant.mjs";

const require = createRequire(import.meta.url);
const errors = { ...imported };
const { Auth0ApiError, UserNotFoundError, NetworkError } = errors;
const ABSENT = "auth0|nobody";

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant);
});

/** The error for a response to the session list, with one attempt. */
async function errorFor(t, api) {
  const server = await scriptedServer(t, { api });
  const scripted = serviceFor(server, { retry: { maxAttempts: 1 } });
  return await rejection(scripted.findUserSessions("auth0|a"));
}

const LINEAGE = {
  ConfigurationError: "Auth0UserSecurityError",
  UserNotFoundError: "Auth0UserSecurityError",
  AmbiguousUserError: "Auth0UserSecurityError",
  SessionNotFoundError: "Auth0UserSecurityError",
  AccountLinkingError: "Auth0UserSecurityError",
  AccountProtectionError: "Auth0UserSecurityError",
  FleetStoppedError: "Auth0UserSecurityError",
  Auth0ApiError: "Auth0UserSecurityError",
  InsufficientScopeError: "Auth0ApiError",
  FeatureUnavailableError: "Auth0ApiError",
  RateLimitError: "Auth0ApiError",
  NetworkError: "Auth0ApiError",
  TimeoutError: "Auth0ApiError",
};

for (const [name, parent] of Object.entries(LINEAGE)) {
  test(`${name} extends ${parent} and Error`, () => {
    const error = new errors[name]("What happened", { code: "ERR_X", operation: "someCall" });
    assert.ok(error instanceof errors[parent] && error instanceof Error);
    assert.deepEqual([error.name, error.message, error.code], [name, "What happened", "ERR_X"]);
    assert.equal(Object.prototype.toString.call(error), "[object Error]");
  });
}

for (const [name, code, status, body, more] of [
  ["Auth0ApiError", "ERR_AUTH0_API", 400, { errorCode: "invalid_query_string" }, {}],
  ["Auth0ApiError", "ERR_AUTH0_API", 500, {}, {}],
  [
    "InsufficientScopeError",
    "ERR_INSUFFICIENT_SCOPE",
    403,
    { errorCode: "insufficient_scope" },
    { requiredScopes: ["read:sessions"] },
  ],
  ["FeatureUnavailableError", "ERR_FEATURE_UNAVAILABLE", 403, {}, {}],
  [
    "RateLimitError",
    "ERR_RATE_LIMIT",
    429,
    { errorCode: "too_many_requests" },
    { retryAfterMs: 1000 },
  ],
]) {
  test(`a response with ${status} ${body.errorCode ?? ""} is ${name}`, async (t) => {
    const error = await errorFor(t, { status, body: { statusCode: status, ...body } });
    assert.equal(error.constructor, errors[name]);
    const { message: _message, name: _name, correlationId: _id, ...fields } = error.toJSON();
    assert.deepEqual(fields, {
      code,
      operation: "findUserSessions",
      statusCode: status,
      ...body,
      method: "GET",
      endpoint: "/api/v2/users/{user_id}/sessions",
      attempts: 1,
      ...more,
    });
  });
}

test("an unknown user is UserNotFoundError with Auth0's response as its cause", async () => {
  const error = await rejection(service.findUserSessions(ABSENT));
  assert.equal(error.constructor, UserNotFoundError);
  assert.ok(error.cause instanceof Auth0ApiError);
  assert.equal(error.cause.statusCode, 404);
});

test("a refused connection is NetworkError with the system's messages as its causes", async (t) => {
  const server = await scriptedServer(t, { api: "reset" });
  const error = await rejection(
    serviceFor(
      { ...server, domain: "http://127.0.0.1:1" },
      { retry: { maxAttempts: 1 } },
    ).findUserSessions("auth0|a"),
  );
  assert.equal(error.constructor, NetworkError);
  assert.deepEqual([error.code, error.statusCode, error.attempts], ["ERR_NETWORK", 0, 1]);
  const causes = [];
  for (let { cause } = error; cause; cause = cause.cause) causes.push(cause.message);
  assert.match(causes.join("\n"), /refused/);
});

test("a connection that breaks is NetworkError", async (t) => {
  assert.equal((await errorFor(t, "reset")).constructor, NetworkError);
});

test("a tenant without session management says so", async (t) => {
  const basic = await startTenant({ sessionManagement: false });
  t.after(() => basic.close());
  const error = await rejection(serviceFor(basic).findUserSessions(PEOPLE.ada));
  assert.equal(error.constructor, errors.FeatureUnavailableError);
  assert.match(error.message, /plan/);
});

for (const [name, spoil, field] of [
  ["a wrong secret", (given) => ({ ...given, clientSecret: "wrong" }), "clientSecret"],
  ["an unknown client", (given) => ({ ...given, clientId: "nobody" }), "clientSecret"],
]) {
  test(`${name} is a ConfigurationError that names the setting`, async () => {
    const { domain, clientId, clientSecret } = tenant;
    const spoilt = serviceFor(spoil({ domain, clientId, clientSecret }));
    const error = await rejection(spoilt.findUserSessions(PEOPLE.ada));
    assert.equal(error.constructor, errors.ConfigurationError);
    assert.deepEqual([error.code, error.field], ["ERR_CONFIGURATION", field]);
    assert.ok(error.hint.length > 0);
    assert.equal(tenant.requests.length, 1);
  });
}

test("an audience that Auth0 rejects is a ConfigurationError about the audience", async () => {
  const error = await rejection(
    serviceFor(tenant, { audience: "your-api-audience" }).findUserSessions(PEOPLE.ada),
  );
  assert.equal(error.constructor, errors.ConfigurationError);
  assert.equal(error.field, "audience");
  assert.match(error.message, /Management API/);
});

test("CommonJS and ES importers get the same classes", () => {
  const common = require("@archie/auth0-user-security");
  for (const name of Object.keys(common)) assert.equal(common[name], errors[name], name);
});

test("the stack of a failed call has the caller's line", async () => {
  let line;
  async function signOutEverywhere() {
    line = lineOf(new Error()) + 1;
    await service.revokeAllUserSessions(ABSENT);
  }
  const error = await rejection(signOutEverywhere());
  assert.match(error.stack, /^UserNotFoundError \[ERR_USER_NOT_FOUND\]: No user/);
  assert.match(error.stack, new RegExp(`signOutEverywhere .*errors\\.test\\.mjs:${line}:`));
});

test("the stack begins at the public method, not where the error is created", async () => {
  for (const options of [undefined, { signal: new AbortController().signal }]) {
    const error = await rejection(service.findUserSessions(ABSENT, options));
    const frames = error.stack.split("\n").filter((line) => /^ {4}at /.test(line));
    assert.ok(!/errorFrom|resultOf|startingAt/.test(error.stack), error.stack);
    assert.ok(
      frames.some((frame) => frame.includes("findUserSessions")),
      error.stack,
    );
  }
});

test("the stack of a configuration error has the caller's line", () => {
  const line = lineOf(new Error()) + 1;
  const error = thrown(() => new errors.Auth0UserSecurityService({ domain: "evil.com/#" }));
  assert.match(error.stack, new RegExp(`errors\\.test\\.mjs:${line}:`));
});

test("an invalid argument is a TypeError with the caller's line", async () => {
  const error = await rejection(service.findUserSessions(5));
  assert.equal(error.constructor, TypeError);
  assert.match(error.stack, /errors\.test\.mjs:\d+/);
});

function thrown(run) {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

function lineOf(error) {
  return Number(/errors\.test\.mjs:(\d+)/.exec(error.stack)[1]);
}

test("errors in a worker thread are of the worker's classes, and recognized in the parent", async () => {
  const { domain, clientId, clientSecret } = tenant;
  const source = `
    const { workerData, parentPort } = require("node:worker_threads");
    const { Auth0UserSecurityService, UserNotFoundError } = require("@archie/auth0-user-security");
    new Auth0UserSecurityService(workerData).findUserSessions("auth0|nobody").catch((error) =>
      parentPort.postMessage({ holds: error instanceof UserNotFoundError, error, json: error.toJSON() }));
  `;
  const workerData = { domain, clientId, clientSecret };
  const worker = new Worker(source, { eval: true, workerData });
  const [{ holds, error, json }] = await once(worker, "message");
  await worker.terminate();
  assert.ok(holds);
  assert.ok(UserNotFoundError.isInstance(error));
  assert.ok(UserNotFoundError.isInstance(json));
});

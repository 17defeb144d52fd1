// Users, sessions, options and configuration are read from own properties only: what other code
// in the process adds to a prototype was not passed by the caller.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { UserNotFoundError } from "@archie/auth0-user-security";
import { configOf, runProgram } from "../../test-support/child.mjs";
import { CALLBACK } from "../../test-support/connection.mjs";
import { nullPrototype, polluted } from "../../test-support/prototype.mjs";
import { rejection, serviceFor, sharedTenant, writes } from "../../test-support/service.mjs";

const { ada, grace } = PEOPLE;

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant);
});

const owners = (sessions) => [...new Set(sessions.map(({ userId }) => userId))];

for (const name of ["sub", "id", "user_id", "email", "connection"]) {
  test(`${name} on Object.prototype does not change the user`, async () => {
    const foreign = name === "email" ? "grace@example.com" : grace;
    for (const user of [{ sub: ada }, { email: "ada@example.com" }, nullPrototype({ id: ada })]) {
      const sessions = await polluted({ [name]: foreign }, () => service.findUserSessions(user));
      assert.deepEqual(owners(sessions), [ada]);
    }
    const error = await rejection(
      polluted({ [name]: foreign }, () => service.revokeAllUserSessions({})),
    );
    assert.equal(error.code, "ERR_INVALID_ARG_TYPE");
    assert.deepEqual(writes(tenant), []);
  });
}

test("a user whose ids are inherited is a TypeError that requires own properties", async () => {
  class User {
    get sub() {
      return ada;
    }
  }
  for (const user of [new User(), Object.create({ sub: ada }), Object.create({ email: "a@b.c" })]) {
    const error = await rejection(service.findUserSessions(user));
    assert.deepEqual([error.name, error.code], ["TypeError", "ERR_INVALID_ARG_TYPE"]);
    assert.match(error.message, /own property/);
  }
  assert.deepEqual(tenant.requests, []);
});

test("an inherited id does not take precedence over an own email", async () => {
  const user = Object.assign(Object.create({ sub: grace, connection: "github" }), {
    email: "ada@example.com",
  });
  assert.deepEqual(owners(await service.findUserSessions(user)), [ada]);
});

test("own getters and own non-enumerable properties are read", async () => {
  const withGetter = {
    get sub() {
      return ada;
    },
  };
  const hidden = Object.defineProperty({}, "user_id", { value: ada });
  for (const user of [withGetter, hidden]) {
    assert.deepEqual(owners(await service.findUserSessions(user)), [ada]);
  }
});

test("sessions and sign-in methods are read from own properties only", async () => {
  const inherited = Object.create({ id: SESSIONS.adaIphone, provider: "github" });
  for (const call of [
    () => service.revokeUserSession({ sub: ada }, inherited),
    () => service.disconnectSecondaryAccount({ sub: ada }, inherited),
    () => polluted({ id: SESSIONS.adaIphone }, () => service.revokeUserSession({ sub: ada }, {})),
  ]) {
    assert.equal((await rejection(call())).code, "ERR_INVALID_ARG_TYPE");
  }
  assert.throws(() => service.assessRisk([], [inherited]), { code: "ERR_INVALID_ARG_TYPE" });
  assert.deepEqual(writes(tenant), []);
});

test("array elements must be own: a prototype fills no hole", () => {
  const methods = [{ provider: "github" }];
  methods[2] = { provider: "github" };
  const fill = { 1: { provider: "google-oauth2" } };
  const assess = () => service.assessRisk([], methods);
  assert.throws(() => polluted(fill, assess, Array.prototype), /array without holes/);
  const holes = new Array(1000);
  assert.throws(() => service.assessRisk([], holes), /array without holes/);
});

test("junk on Object.prototype breaks no call with options", async () => {
  const junk = { polyfill: () => {}, junk: 1, currentSession: {} };
  const options = { timeoutMs: 10_000, currentSessionId: SESSIONS.adaIphone };
  const sessions = await polluted(junk, () => service.findUserSessions(ada, options));
  assert.deepEqual(
    sessions.filter(({ current }) => current).map(({ id }) => id),
    [SESSIONS.adaIphone],
  );
  assert.deepEqual(
    owners(await service.findUserSessions(ada, nullPrototype({ timeoutMs: 10_000 }))),
    [ada],
  );
});

test("options on Object.prototype are not the caller's", async () => {
  const aborted = AbortSignal.abort(new Error("foreign"));
  const foreign = {
    signal: aborted,
    timeoutMs: 1e99,
    priority: "urgent",
    actor: 5,
    waitUntilGone: "yes",
    ttlSeconds: -1,
    state: "foreign",
    user: 5,
    connection: 5,
    allowUnverifiedEmail: 5,
    authorizationParams: 5,
  };
  for (const options of [undefined, {}, { timeoutMs: 10_000 }, nullPrototype({})]) {
    await polluted(foreign, () =>
      service.revokeUserSession(ada, SESSIONS.adaIphone, options),
    ).catch((error) => assert.equal(error.code, "ERR_SESSION_NOT_FOUND"));
    await polluted(foreign, () => service.generatePasswordChangeTicket({ sub: ada }, options));
    const { redirect } = polluted(foreign, () =>
      service.generateAccountConnectionUrl("github", CALLBACK, options),
    );
    assert.equal(new URL(redirect).searchParams.get("connection"), "github");
  }
  assert.equal(tenant.session(SESSIONS.adaIphone), undefined);
});

test("a signal on Object.prototype does not keep the caller's own one from cancelling", async () => {
  tenant.fault("*", { hang: true }, Number.POSITIVE_INFINITY);
  const controller = new AbortController();
  const foreign = { signal: AbortSignal.abort(new Error("foreign")) };
  const options = { signal: controller.signal };
  const call = polluted(foreign, () => service.findUserSessions(ada, options));
  const mine = new Error("mine");
  controller.abort(mine);
  assert.equal(await rejection(call), mine);
});

test("an inherited state is ignored, and an own one without a value is an error", async () => {
  const connect = (options) => service.connectSecondaryAccount(ada, CALLBACK, "code", options);
  const inherited = await rejection(connect(Object.create({ state: "x" })));
  assert.equal(inherited.reason, "code_rejected");
  const hidden = Object.defineProperty({}, "state", { value: undefined });
  for (const options of [{ state: undefined }, { state: null }, hidden]) {
    assert.equal((await rejection(connect(options))).reason, "state_required");
  }
});

test("authorizationParams are own properties only", () => {
  const authorizationParams = Object.create({ audience: "https://evil.example" });
  authorizationParams.ui_locales = "de";
  const { redirect } = polluted({ screen_hint: "signup" }, () =>
    service.generateAccountConnectionUrl("github", CALLBACK, { authorizationParams }),
  );
  const query = new URL(redirect).searchParams;
  assert.equal(query.get("ui_locales"), "de");
  assert.deepEqual([query.get("audience"), query.get("screen_hint")], [null, null]);
});

test("an error of the caller's own getter or proxy rejects the call", async () => {
  const mine = new Error("mine");
  const fail = () => {
    throw mine;
  };
  const traps = ["getOwnPropertyDescriptor", "get", "ownKeys"].map((trap) => ({ [trap]: fail }));
  const getter = Object.defineProperty({}, "sub", { get: fail, enumerable: true });
  const users = [getter, ...traps.slice(0, 2).map((trap) => new Proxy({ sub: ada }, trap))];
  const causes = async (promise) => {
    const error = await rejection(promise);
    return error === mine || error.cause === mine;
  };
  for (const user of users) assert.ok(await causes(service.findUserSessions(user)));
  for (const trap of traps) {
    const options = new Proxy({ timeoutMs: 1000 }, trap);
    assert.ok(await causes(service.findUserSessions(ada, options)), Object.keys(trap)[0]);
  }
  assert.deepEqual(tenant.requests, []);
});

test("a Proxy that forwards everything is a user like any other", async () => {
  assert.deepEqual(owners(await service.findUserSessions(new Proxy({ sub: ada }, {}))), [ada]);
});

test("with junk on Object.prototype, results and errors are the same", async () => {
  const source = `
    import { Auth0UserSecurityError, Auth0UserSecurityService } from "@archie/auth0-user-security";
    const service = new Auth0UserSecurityService(input.config);
    const nowhere = new Auth0UserSecurityService({ ...input.config, domain: "http://127.0.0.1:1" });
    Object.assign(Object.prototype, {
      $failure: { name: "ConfigurationError", code: "FOREIGN", message: "foreign" },
      sub: input.grace, code: "FOREIGN", operation: "foreign", name: "ConfigurationError",
      hint: "foreign", junk: 1,
    });
    for (const name of ["number", "resolve", "reject", "convert", "listen", "receive"]) {
      Object.defineProperty(Object.prototype, name, { get: () => undefined, set() {}, configurable: true });
    }
    const sessions = await service.findUserSessions({ id: input.ada }, { timeoutMs: 10_000 });
    const error = await service.findUserSessions({ email: "nobody@example.com" }).catch((e) => e);
    const wrong = await service.findUserSessions(5).catch((e) => e);
    const network = await nowhere.findUserSessions(input.ada).catch((e) => e);
    const made = new Auth0UserSecurityError("made by hand");
    console.log(JSON.stringify([
      new Set(sessions.map(({ userId }) => userId)).size,
      sessions.every(({ userId }) => userId === input.ada),
      error.constructor.name, error.code, error.operation, Object.hasOwn(error, "hint"),
      wrong.constructor.name, wrong.code,
      network.constructor.name, network.cause.constructor.name,
      made.code, Object.hasOwn(made, "operation"),
    ]));
  `;
  const ended = await runProgram(source, { config: configOf(tenant), ada, grace });
  assert.equal(ended.stderr, "");
  const [owners, isAda, ...errors] = JSON.parse(ended.stdout);
  assert.deepEqual([owners, isAda], [1, true]);
  assert.deepEqual(errors, [
    UserNotFoundError.name,
    "ERR_USER_NOT_FOUND",
    "findUserSessions",
    false,
    "TypeError",
    "ERR_INVALID_ARG_TYPE",
    "NetworkError",
    "Error",
    "ERR_INTERNAL",
    false,
  ]);
});

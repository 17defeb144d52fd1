// Lines reach the caller's logger, and a broken logger does no harm.

import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { beforeEach, test } from "node:test";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { Auth0UserSecurityService } from "@archie/auth0-user-security";
import { configOf, runProgram } from "../../test-support/child.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { serviceFor, sharedTenant } from "../../test-support/service.mjs";

const { ada } = PEOPLE;
const { adaIphone } = SESSIONS;

const tenant = await sharedTenant();

beforeEach(() => {
  // Without delete:refresh_tokens every revocation logs a warning.
  tenant.setScopes(["read:users", "read:sessions", "delete:sessions"]);
});

test("a warning arrives with its message and details", async () => {
  const logger = recordingLogger();
  await serviceFor(tenant, {}, logger).revokeUserSession(ada, adaIphone);
  await logger.count(1);
  const [{ level, message, details }] = logger.lines;
  assert.equal(level, "warn");
  assert.match(message, /Refresh tokens of the revoked session stay valid/);
  assert.equal(Object.getPrototypeOf(details), Object.prototype);
});

test("lines and audit events run in the asynchronous context in which their call began", async (t) => {
  const contexts = new AsyncLocalStorage();
  const seen = [];
  const note = (what) => () => seen.push(`${what} in ${contexts.getStore()}`);
  const logger = { warn: note("line"), error() {} };
  const event = note("event");
  subscribe("archie:auth0-user-security:audit", event);
  t.after(() => unsubscribe("archie:auth0-user-security:audit", event));
  const service = contexts.run("service", () => serviceFor(tenant, {}, logger));
  for (const name of ["first", "second"]) {
    await contexts.run(name, () => service.revokeUserSession(ada, adaIphone));
    tenant.reset();
    tenant.setScopes(["read:users", "read:sessions", "delete:sessions"]);
  }
  assert.deepEqual(seen.sort(), [
    "event in first",
    "event in second",
    "line in first",
    "line in second",
  ]);
});

test("a line about no call runs in the context in which its service was created", async () => {
  const contexts = new AsyncLocalStorage();
  const logger = recordingLogger();
  const warn = logger.warn;
  logger.warn = (...line) => warn(contexts.getStore(), ...line);
  const config = { insecureTestTenant: true };
  contexts.run("service", () => serviceFor(tenant, config, logger));
  await logger.count(1);
  assert.equal(logger.lines[0].message, "service");
});

test("a logger whose promise rejects affects neither the call nor the process", async () => {
  const logger = {
    async warn() {
      throw new Error("the log is down");
    },
    error() {},
  };
  await serviceFor(tenant, {}, logger).revokeUserSession(ada, adaIphone);
  await oneMoreLine();
});

test("the logger's methods are called with the logger as `this`", async () => {
  const logger = recordingLogger();
  class Logger {
    warn() {
      logger.warn(this);
    }
    error() {}
  }
  await serviceFor(tenant, {}, new Logger()).revokeUserSession(ada, adaIphone);
  await logger.count(1);
  assert.ok(logger.lines[0].message instanceof Logger);
});

for (const [logLevel, expected] of [
  ["debug", ["warn", "info"]], // the warning, and the audit event
  ["info", ["warn", "info"]],
  ["warn", ["warn"]],
  [undefined, ["warn"]],
  ["error", []],
  ["silent", []],
]) {
  test(`at level ${logLevel} the lines that arrive are ${expected.length}`, async () => {
    const logger = recordingLogger();
    await serviceFor(tenant, { logLevel }, logger).revokeUserSession(ada, adaIphone);
    await oneMoreLine();
    const levels = logger.lines.map(({ level }) => level).filter((level) => level !== "debug");
    assert.deepEqual(levels, expected);
  });
}

/** Resolves when a line logged after all others has arrived, since lines arrive in order. */
async function oneMoreLine() {
  const logger = recordingLogger();
  await serviceFor(tenant, {}, logger).revokeAllUserSessions(PEOPLE.grace);
  await logger.count(1);
}

for (const [name, logger] of [
  [
    "throws",
    {
      warn: () => {
        throw new Error("broken logger");
      },
      error() {},
    },
  ],
  [
    "rejects",
    { warn: () => Promise.reject(new Error("broken logger")).catch(() => {}), error() {} },
  ],
  [
    "has a getter that throws",
    {
      get warn() {
        return thrower();
      },
      error() {},
    },
  ],
]) {
  test(`a logger that ${name} breaks no call`, async () => {
    logger.log = () => {};
    const service = serviceFor(tenant, {}, logger);
    assert.equal(await service.revokeUserSession({ id: ada }, adaIphone), true);
    await oneMoreLine();
    assert.ok((await service.findUserSessions(ada)).length > 0);
  });
}

/** A method on the first access, when the constructor checks it; from then on the access throws. */
let looks = 0;
function thrower() {
  looks += 1;
  if (looks > 1) throw new Error("broken getter");
  return () => {};
}

for (const logger of [
  null,
  5,
  "console",
  {},
  { warn() {} },
  { error() {} },
  { warn: 1, error: 2 },
]) {
  test(`${JSON.stringify(logger)} is not a logger`, () => {
    const { domain, clientId, clientSecret } = tenant;
    const make = () => new Auth0UserSecurityService({ domain, clientId, clientSecret }, logger);
    assert.throws(make, { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
  });
}

test("without a logger, warnings go to the console", async () => {
  const source = `
    import { Auth0UserSecurityService } from "@archie/auth0-user-security";
    const service = new Auth0UserSecurityService(input.config);
    const warned = new Promise((resolve) => {
      const { warn } = console;
      console.warn = (...line) => resolve(warn(...line));
    });
    await service.revokeUserSession(input.user, input.session);
    const alive = setInterval(() => {}, 1000);
    await warned;
    clearInterval(alive);
  `;
  const input = { config: configOf(tenant), user: ada, session: adaIphone };
  const { code, stdout, stderr } = await runProgram(source, input);
  assert.deepEqual([code, stdout], [0, ""]);
  assert.match(stderr, /^auth0-user-security: Refresh tokens of the revoked session stay valid/);
});

test("the warning of a program's last call is not lost", async () => {
  const source = `
    import { Auth0UserSecurityService } from "@archie/auth0-user-security";
    await new Auth0UserSecurityService(input.config).revokeUserSession(input.user, input.session);
  `;
  const input = { config: configOf(tenant), user: ada, session: adaIphone };
  const { code, stderr } = await runProgram(source, input);
  assert.equal(code, 0);
  assert.match(stderr, /Refresh tokens of the revoked session stay valid/);
});

test("a logger does not keep the process alive", async () => {
  const source = `
    import { Auth0UserSecurityService } from "@archie/auth0-user-security";
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    for (let i = 0; i < 10; i += 1) {
      const service = new Auth0UserSecurityService({ ...input, logLevel: "debug" }, logger);
      await service.revokeAllUserSessions("${ada}");
    }
  `;
  const { code, stderr } = await runProgram(source, configOf(tenant));
  assert.deepEqual([code, stderr], [0, ""]);
});

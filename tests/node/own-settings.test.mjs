// The configuration is read from own properties only, at every level, and so is the environment.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { Auth0UserSecurityService, ConfigurationError } from "@archie/auth0-user-security";
import { recordingLogger } from "../../test-support/logger.mjs";
import { nullPrototype, polluted } from "../../test-support/prototype.mjs";
import { sharedTenant } from "../../test-support/service.mjs";

const { ada } = PEOPLE;

const tenant = await sharedTenant();

const owners = (sessions) => [...new Set(sessions.map(({ userId }) => userId))];

test("no setting comes from a prototype", async () => {
  const { domain, clientId, clientSecret } = tenant;
  const config = { domain, clientId, clientSecret };
  const make = (settings) => new Auth0UserSecurityService(settings, recordingLogger());
  const foreign = {
    audience: "https://evil.example/api/v2/",
    customDomain: "evil.example",
    proxy: "http://127.0.0.1:1",
    emailLookup: "any-case",
    timeoutMs: -1,
    junk: 1,
    clientAssertion: {},
  };
  const made = polluted(foreign, () => make(config));
  assert.deepEqual(owners(await made.findUserSessions(ada)), [ada]);
  assert.deepEqual(owners(await make(nullPrototype(config)).findUserSessions(ada)), [ada]);
  for (const name of ["domain", "clientId", "clientSecret"]) {
    const { [name]: value, ...rest } = config;
    assert.throws(
      () => polluted({ [name]: value }, () => make(rest)),
      (error) => error instanceof ConfigurationError && error.field === name,
    );
  }
});

test("nested settings and lists of settings must be own, too", () => {
  const config = { domain: tenant.domain, clientId: "id", clientSecret: "secret" };
  const make = (more) => new Auth0UserSecurityService({ ...config, ...more }, recordingLogger());
  polluted({ maxAttempts: -1, redisUrl: 5, junk: 1 }, () => make({ retry: { maxDelayMs: 0 } }));
  const inherited = Object.create({ maxAttempts: -1 });
  make({ retry: inherited });
  const origins = [];
  origins[1] = "https://app.example.com";
  const holes = () => make({ allowedRedirectOrigins: origins });
  for (const start of [
    holes,
    () => polluted({ 0: "https://evil.example" }, holes, Array.prototype),
    () => make({ allowedRedirectOrigins: new Array(2 ** 32 - 1) }),
  ]) {
    assert.throws(start, ({ field }) => field === "allowedRedirectOrigins");
  }
});

test("fromEnv reads the environment, and not its prototype", (t) => {
  const { AUTH0_DOMAIN, AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET } = process.env;
  t.after(() => {
    const saved = Object.entries({ AUTH0_DOMAIN, AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET });
    for (const [name, value] of saved) if (value !== undefined) process.env[name] = value;
  });
  for (const name of ["AUTH0_DOMAIN", "AUTH0_CLIENT_ID", "AUTH0_CLIENT_SECRET"]) {
    delete process.env[name];
  }
  const foreign = { AUTH0_DOMAIN: "evil.example", AUTH0_CLIENT_ID: "a", AUTH0_CLIENT_SECRET: "b" };
  assert.throws(
    () => polluted(foreign, () => Auth0UserSecurityService.fromEnv({}, recordingLogger())),
    (error) => error instanceof ConfigurationError && error.field === "domain",
  );
});

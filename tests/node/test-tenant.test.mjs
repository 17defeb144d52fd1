// The setting `insecureTestTenant`. Which addresses it permits is tested in tests/rust/network.rs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Auth0UserSecurityService, ConfigurationError } from "@archie/auth0-user-security";
import { recordingLogger } from "../../test-support/logger.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection } from "../../test-support/service.mjs";

const CREDENTIALS = { clientId: "id", clientSecret: "secret" };
const TEST_ONLY = [
  "http://auth0:4000",
  "http://tenant.localhost",
  "https://auth0:4443",
  "10.0.0.5",
];

const create = (config, logger = recordingLogger()) =>
  new Auth0UserSecurityService({ ...CREDENTIALS, ...config }, logger);

for (const domain of TEST_ONLY) {
  test(`${domain} is a domain for tests only`, () => {
    assert.throws(() => create({ domain }), ConfigurationError);
    create({ domain, insecureTestTenant: true });
    const customDomain = { domain: "tenant.eu.auth0.com", customDomain: domain };
    assert.throws(() => create(customDomain), { field: "customDomain" });
    create({ ...customDomain, insecureTestTenant: true });
  });
}

test("an address of the internet is no domain, even for tests", () => {
  for (const domain of ["http://8.8.8.8", "http://169.254.169.254", "8.8.8.8:443"]) {
    const config = { domain, insecureTestTenant: true };
    assert.throws(
      () => create(config),
      /domain is an IP address that is neither loopback nor private/,
    );
  }
});

test("each service logs a warning", async (t) => {
  const { domain } = await scriptedServer(t, { api: { sessions: [] } });
  const logger = recordingLogger();
  for (const count of [1, 2]) {
    const service = create({ domain, insecureTestTenant: true }, logger);
    assert.deepEqual(await service.findUserSessions("auth0|a"), []);
    const warnings = logger.lines.filter(({ message }) =>
      message.includes("insecureTestTenant is set"),
    );
    assert.equal(warnings.length, count);
    assert.equal(warnings[0].level, "warn");
  }
});

test("a name with no address is an error of each call", async () => {
  const service = create({
    domain: "http://auth0.invalid:4000",
    insecureTestTenant: true,
    retry: { maxAttempts: 1 },
  });
  const error = await rejection(service.findUserSessions("auth0|a"));
  assert.match(error.name, /^(NetworkError|TimeoutError)$/);
});

test("a proxy, which would resolve the name itself, is refused", () => {
  const config = { domain: "https://auth0:4443", insecureTestTenant: true };
  assert.throws(() => create({ ...config, proxy: "http://127.0.0.1:1" }), { field: "proxy" });
  create({ ...config, proxy: false });
});

test("in production it is refused", (t) => {
  const before = process.env.NODE_ENV;
  t.after(() => {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  });
  process.env.NODE_ENV = "production";
  const expected = { field: "insecureTestTenant", message: /NODE_ENV is production/ };
  assert.throws(() => create({ domain: "http://auth0:4000", insecureTestTenant: true }), expected);
  create({ domain: "tenant.eu.auth0.com", insecureTestTenant: false });
});

test("fromEnv does not read it", () => {
  const env = {
    AUTH0_DOMAIN: "http://auth0:4000",
    AUTH0_CLIENT_ID: "id",
    AUTH0_CLIENT_SECRET: "secret",
    AUTH0_INSECURE_TEST_TENANT: "true",
  };
  const before = Object.fromEntries(Object.keys(env).map((name) => [name, process.env[name]]));
  Object.assign(process.env, env);
  try {
    assert.throws(() => Auth0UserSecurityService.fromEnv(), { field: "domain" });
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
});

// The constructor reports every configuration error, with its field and how to fix it, before any socket
// opens.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { Auth0UserSecurityService, ConfigurationError } from "@archie/auth0-user-security";
import { recordingLogger } from "../../test-support/logger.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, sharedTenant } from "../../test-support/service.mjs";

const VALID = { domain: "tenant.eu.auth0.com", clientId: "id", clientSecret: "secret" };

const tenant = await sharedTenant();

/** The error for a configuration that must have one. */
function errorFor(config) {
  try {
    new Auth0UserSecurityService(config, recordingLogger());
  } catch (error) {
    assert.equal(error.constructor, ConfigurationError, String(error));
    assert.deepEqual([error.code, error.operation], ["ERR_CONFIGURATION", "constructor"]);
    assert.ok(error.hint.length > 10, "no hint");
    assert.ok(error.message.includes(error.hint), "the message lacks the hint");
    assert.ok(error.message.startsWith(`${error.field} `), error.message);
    return error;
  }
  return assert.fail("the configuration was accepted");
}

for (const config of [undefined, null, 5, "tenant.eu.auth0.com", true, Symbol("x"), () => {}]) {
  test(`a configuration of type ${config === null ? "null" : typeof config} is rejected`, () => {
    assert.equal(errorFor(config).field, "config");
  });
}

for (const [field, values] of Object.entries({
  domain: [undefined, null, "", "  ", 5, [], {}, ["tenant.eu.auth0.com"], true],
  clientId: [undefined, null, "", " \t", 5, {}],
  clientSecret: [undefined, null, "", " ", 5, {}, ["secret"], Buffer.from("secret")],
  audience: ["", 5, {}, ["https://x/api/v2/"]],
  revokeRefreshTokens: ["yes", "true", "AUTO", 1, 0, {}],
  timeoutMs: [0, -1, 1.5, "1000", 86_400_001, 1e300, true, {}],
  attemptTimeoutMs: [0, -1, 0.5, "1000", 86_400_001],
  maxConnections: [0, -1, 1.5, "64", 1025, Number.NaN, true],
  retry: [3, "3", true, [1]],
  "retry.maxAttempts": [0, -1, 21, 1.5, "2"],
  "retry.maxDelayMs": [-1, 1.5, "2", 86_400_001],
  "retry.attempts": [1],
  sharedState: ["redis://localhost", true, []],
  "sharedState.redisUrl": [
    undefined,
    null,
    "",
    5,
    "localhost:6379",
    "http://localhost",
    "redis://",
  ],
  logLevel: ["loud", "WARN", "", 3, {}],
  clientSecrt: ["x", null, 0],
  Domain: ["tenant.eu.auth0.com"],
  signal: [{}],
  __proto: [1],
})) {
  for (const value of values) {
    test(`${field} as ${JSON.stringify(value)} is rejected by name`, () => {
      const [outer, inner] = field.split(".");
      const error = errorFor({ ...VALID, [outer]: inner ? { [inner]: value } : value });
      assert.equal(error.field, field);
    });
  }
}

for (const value of [Number.NaN, Infinity, 10n, Symbol("x"), () => 1000, new Date(), new Map()]) {
  test(`timeoutMs as ${String(value)} is rejected by name`, () => {
    assert.equal(errorFor({ ...VALID, timeoutMs: value }).field, "timeoutMs");
  });
}

for (const [name, value] of [
  ["prefix", "with space"],
  ["prefix", "ümlaut"],
  ["prefix", "x".repeat(101)],
  ["prefix", ""],
  ["prefix", 5],
  ["prefx", "mine"],
]) {
  test(`sharedState.${name} as ${JSON.stringify(value)} is rejected by name`, () => {
    const sharedState = { redisUrl: "redis://localhost", [name]: value };
    assert.equal(errorFor({ ...VALID, sharedState }).field, `sharedState.${name}`);
  });
}

for (const [name, spelled] of [
  ["client_secret", "clientSecret"],
  ["clientsecret", "clientSecret"],
  ["client-id", "clientId"],
  ["Domain", "domain"],
  ["MaxConnections", "maxConnections"],
]) {
  test(`${name} is rejected with the name that was meant`, () => {
    const { [spelled]: value, ...others } = { ...VALID, maxConnections: 5 };
    const error = errorFor({ ...others, [name]: value });
    assert.equal(error.message, `${name} is not a known setting. It is spelled ${spelled}.`);
  });
}

test("all credentials in snake_case are rejected as such, not as missing", () => {
  const error = errorFor({ domain: VALID.domain, client_id: "id", client_secret: "secret" });
  assert.match(error.message, /^client_(id|secret) is not a known setting\. It is spelled client/);
});

test("a logger among the settings is sent to its place", () => {
  const error = errorFor({ ...VALID, logger: console });
  assert.equal(error.field, "logger");
  assert.match(error.message, /second argument/);
  new Auth0UserSecurityService({ ...VALID, logger: undefined }, recordingLogger());
});

test("what is wrong with redirectUri is named, with an example", () => {
  const { message } = errorFor({ ...VALID, redirectUri: "/callback" });
  assert.match(message, /^redirectUri is not an absolute URL\. Pass .*"https:\/\//);
});

test("a setting that is no object is rejected with an example", () => {
  assert.match(errorFor({ ...VALID, geoip: "cities.mmdb" }).message, /such as \{ database: /);
});

test("the error of a setting's getter reaches the caller", () => {
  const mine = new Error("mine");
  const config = {
    ...VALID,
    get audience() {
      throw mine;
    },
  };
  assert.throws(
    () => new Auth0UserSecurityService(config),
    (error) => error === mine,
  );
});

test("a configuration that refers to itself is rejected", () => {
  const config = { ...VALID, retry: {} };
  config.retry.maxAttempts = config;
  assert.match(errorFor(config).field, /^retry/);
});

test("documented settings are accepted", () => {
  for (const more of [
    {},
    { audience: "https://tenant.eu.auth0.com/api/v2/" },
    { timeoutMs: 1, attemptTimeoutMs: 86_400_000, retry: {} },
    { retry: { maxAttempts: 20, maxDelayMs: 0 } },
    { revokeRefreshTokens: "auto" },
    { revokeRefreshTokens: true },
    { revokeRefreshTokens: false },
    ...["debug", "info", "warn", "error", "silent"].map((logLevel) => ({ logLevel })),
    { audience: undefined, retry: undefined, logLevel: undefined, timeoutMs: undefined },
    { audience: null, retry: null },
    {
      sharedState: { redisUrl: "rediss://user:password@redis.example.com:6380/0", prefix: "mine" },
    },
    { sharedState: null },
  ]) {
    const service = new Auth0UserSecurityService({ ...VALID, ...more }, recordingLogger());
    assert.ok(service instanceof Auth0UserSecurityService);
  }
});

for (const domain of [
  "evil.com/#",
  "evil.com#.auth0.com",
  "t.auth0.com@evil.com",
  "user:pw@t.auth0.com",
  "0x7f.1",
  "0x7f000001",
  "2130706433",
  "127.1",
  "10.0.0.1",
  "169.254.169.254",
  "[::ffff:127.0.0.1]",
  "[fe80::1%25eth0]",
  "t.auth0\t.com",
  "t.auth0.com\n",
  "\u0000t.auth0.com",
  "t.auth0.com:443",
  "t.auth0.com/path",
  "t.auth0.com?x",
  "t.auth0.com//",
  "//t.auth0.com",
  "http://t.auth0.com",
  "https://https://t.auth0.com",
  "javascript:alert(1)",
  "t.auth0.com\\@evil.com",
  "t.auth0.com%2f@evil.com",
  "tenänt.auth0.com",
  "t。auth0.com",
  "\ud800.auth0.com",
  "localhost.evil.com:80",
  "localhost@evil.com",
  "127.0.0.1:99999",
  "127.0.0.1:80@evil.com",
  "http://127.0.0.1:80/x",
  "a".repeat(300),
  `${"a.".repeat(200)}com`,
]) {
  test(`the domain ${JSON.stringify(domain).slice(0, 60)} is rejected`, () => {
    assert.equal(errorFor({ ...VALID, domain }).field, "domain");
  });
}

test("one https:// and one trailing slash are ignored", () => {
  for (const domain of ["https://t.auth0.com", "t.auth0.com/", "HTTPS://T.Auth0.Com/"]) {
    new Auth0UserSecurityService({ ...VALID, domain }, recordingLogger());
  }
});

test("the constructor opens no connection, not even on an error", async (t) => {
  const server = await scriptedServer(t, { api: { sessions: [] } });
  serviceFor(server);
  for (const fault of [{ timeoutMs: 0 }, { domain: `${server.domain}/x` }, { extra: 1 }]) {
    assert.throws(() => serviceFor(server, fault), ConfigurationError);
  }
  const service = serviceFor(server);
  assert.equal(server.connections, 0);
  await service.findUserSessions("auth0|a");
  assert.equal(server.requests.length, 2);
});

test("the class must be called with new", () => {
  assert.throws(() => Auth0UserSecurityService(VALID), TypeError);
});

test("changing the configuration object later has no effect", async () => {
  const { domain, clientId, clientSecret } = tenant;
  const config = { domain, clientId, clientSecret };
  const service = new Auth0UserSecurityService(config, recordingLogger());
  Object.assign(config, { domain: "evil.example", clientSecret: "" });
  assert.ok((await service.findUserSessions(PEOPLE.ada)).length > 0);
});

test("the default audience is the tenant's Management API", async () => {
  await serviceFor(tenant).findUserSessions(PEOPLE.ada);
  const form = new URLSearchParams(tenant.requests[0].body);
  assert.equal(form.get("audience"), `${tenant.domain}/api/v2/`);
  assert.equal(form.get("grant_type"), "client_credentials");
});

test("a given audience is sent unchanged", async (t) => {
  const server = await scriptedServer(t, { api: { sessions: [] } });
  const audience = "https://other.example/api?x=1&y=ü";
  await serviceFor(server, { audience }).findUserSessions("auth0|a");
  assert.equal(new URLSearchParams(server.requests[0].body).get("audience"), audience);
});

test("a secret full of reserved characters arrives unchanged", async (t) => {
  const server = await scriptedServer(t, { api: { sessions: [] } });
  const clientSecret = "a+b&c=d%26é 😀";
  await serviceFor({ ...server, clientSecret }).findUserSessions("auth0|a");
  assert.equal(new URLSearchParams(server.requests[0].body).get("client_secret"), clientSecret);
});

test("attemptTimeoutMs ends one attempt, and the next may succeed", async (t) => {
  const server = await scriptedServer(t, { api: ["hang", { sessions: [] }] });
  const config = { attemptTimeoutMs: 200, retry: { maxDelayMs: 0 } };
  assert.deepEqual(await serviceFor(server, config).findUserSessions("auth0|a"), []);
});

test("retry.maxAttempts is the number of requests", async (t) => {
  for (const maxAttempts of [1, 2, 4]) {
    const server = await scriptedServer(t, { api: { status: 503 } });
    const config = { retry: { maxAttempts, maxDelayMs: 0 } };
    const error = await rejection(serviceFor(server, config).findUserSessions("auth0|a"));
    assert.equal(error.attempts, maxAttempts);
    assert.equal(server.requests.length, 1 + maxAttempts);
  }
});

test("timeoutMs of the configuration is the deadline of every call", async (t) => {
  const server = await scriptedServer(t, { api: "hang" });
  const error = await rejection(serviceFor(server, { timeoutMs: 200 }).findUserSessions("auth0|a"));
  assert.equal(error.code, "ERR_TIMEOUT");
});

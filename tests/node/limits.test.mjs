// Oversized input is rejected before it is copied: texts, lists, objects and settings.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigurationError } from "@archie/auth0-user-security";
import { runProgram } from "../../test-support/limits.mjs";
import { rejection, serviceFor } from "../../test-support/service.mjs";

const CONFIG = { domain: "tenant.eu.auth0.com", clientId: "client", clientSecret: "secret" };
const GOOGLE = "google-oauth2";
const CALLBACK = "https://app.example.com/callback";
const HUGE = 100_000_000;

const service = serviceFor(CONFIG, { redirectUri: CALLBACK });
const long = (length) => "x".repeat(length);
const url = (length) => `${CALLBACK}?${long(length - CALLBACK.length - 1)}`;
const connect = (...args) => service.connectSecondaryAccount(...args);
const urlFor = async (...args) => service.generateAccountConnectionUrl(...args);
const action = (options) => service.revokeAllUserSessions("auth0|a", options);

/** Each argument with its maximum length, where a longer one is rejected for its length alone. */
for (const [name, most, call] of [
  ["redirectUrl", 2048, (n) => urlFor(GOOGLE, url(n))],
  [
    "redirectUrl",
    2048,
    (n) => service.generatePasswordChangeTicket("auth0|a", url(n), { timeoutMs: 1 }),
  ],
  ["redirectUri or provider", 2048, (n) => connect("auth0|a", url(n), "c", { timeoutMs: 1 })],
  ["options.scope", 2048, (n) => urlFor(GOOGLE, CALLBACK, { scope: `openid ${long(n - 7)}` })],
  ["authorizationCode", 2048, (n) => connect("auth0|a", CALLBACK, long(n), { timeoutMs: 1 })],
  ["accessToken", 16_384, (n) => connect("auth0|a", GOOGLE, long(n), { timeoutMs: 1 })],
  ["options.actor", 512, (n) => action({ actor: long(n), timeoutMs: 1 })],
  [
    "options.clientId",
    1024,
    (n) => service.generatePasswordChangeTicket("auth0|a", { clientId: long(n), timeoutMs: 1 }),
  ],
  [
    "options.authorizationParams.login_hint",
    2048,
    (n) => urlFor(GOOGLE, CALLBACK, { authorizationParams: { login_hint: long(n) } }),
  ],
]) {
  for (const length of [most + 1, HUGE]) {
    test(`${name} of ${length} characters is rejected by name and limit`, async () => {
      const error = await rejection(call(length));
      assert.deepEqual([error.constructor, error.code], [TypeError, "ERR_INVALID_ARG_VALUE"]);
      const limit = most.toLocaleString("en");
      assert.ok(
        error.message.startsWith(`${name} has more than ${limit} characters. `),
        error.message,
      );
      assert.ok(error.message.length < 300 && error.stack.length < 5000);
    });
  }
  test(`${name} of ${most} characters is not too long`, async () => {
    const outcome = await call(most).catch((error) => error);
    assert.ok(!/characters/.test(outcome.message), outcome.message);
  });
}

const IDS = {
  "user id": (id) => service.findUserSessions(id),
  sub: (sub) => service.findUserSessions({ sub }),
  email: (email) => service.findUserSessions({ email }),
  connection: (connection) => service.findUserSessions({ email: "a@example.com", connection }),
};
for (const [name, call] of Object.entries(IDS)) {
  test(`a ${name} that is too long to exist is not found, without a request`, async () => {
    for (const length of [1025, HUGE]) {
      assert.equal((await rejection(call(long(length)))).code, "ERR_USER_NOT_FOUND");
    }
  });
}

test("an oversized state is rejected like any forged one", async () => {
  for (const length of [1025, HUGE]) {
    const error = await rejection(connect("auth0|a", CALLBACK, "code", { state: long(length) }));
    assert.equal(error.reason, "state_invalid", String(error));
  }
});

test("an oversized session id or provider is rejected like any other invalid one", async () => {
  const codes = [];
  for (const call of [
    () => service.revokeOtherUserSessions("auth0|a", long(HUGE)),
    () => service.disconnectSecondaryAccount("auth0|a", long(HUGE), "b"),
    () => service.disconnectSecondaryAccount("auth0|a", { provider: long(HUGE), id: "b" }),
    () => urlFor(long(HUGE), CALLBACK),
    () => urlFor("auth0|a", long(HUGE)),
    () => urlFor({ sub: "auth0|a" }, long(HUGE)),
    () => action({ priority: long(HUGE) }),
  ]) {
    codes.push((await rejection(call())).code);
  }
  assert.deepEqual([...new Set(codes)].sort(), ["ERR_INVALID_ARG_TYPE", "ERR_INVALID_ARG_VALUE"]);
});

test("the name of an option is quoted only if it is short", async () => {
  const short = await rejection(action({ unknown: 1 }));
  assert.match(short.message, /^options\.unknown is not a known option/);
  for (const length of [101, HUGE]) {
    const error = await rejection(action({ [long(length)]: 1 }));
    assert.equal(error.code, "ERR_INVALID_ARG_VALUE");
    assert.match(error.message, /^options has a property whose name is longer than 100 characters/);
  }
});

test("an object with more properties than any call accepts is rejected unread", async () => {
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`p${index}`, "x"]));
  for (const [name, call] of [
    ["options", () => action(many)],
    ["options.authorizationParams", () => urlFor(GOOGLE, CALLBACK, { authorizationParams: many })],
  ]) {
    const error = await rejection(call());
    assert.equal(error.code, "ERR_INVALID_ARG_VALUE");
    assert.ok(error.message.startsWith(`${name} has more than 100 properties`), error.message);
  }
});

test("an /authorize URL that servers would reject as too long is rejected here", async () => {
  const scopes = `openid ${"a:b ".repeat(510)}`;
  const params = (count, length) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, long(length)]));
  for (const options of [
    { authorizationParams: params(4, 2000) },
    { authorizationParams: params(70, 120) },
    { scope: scopes, authorizationParams: params(3, 1700) },
    { authorizationParams: { p: "ü".repeat(1500) } },
  ]) {
    const error = await rejection(urlFor(GOOGLE, CALLBACK, options));
    assert.equal(error.code, "ERR_INVALID_ARG_VALUE");
    assert.match(
      error.message,
      /\/authorize would have .* accept at most 8,000\. Shorten redirectUrl/,
    );
  }
  const fits = { authorizationParams: params(3, 2000) };
  assert.ok((await urlFor(GOOGLE, CALLBACK, fits)).redirect.length <= 8000);
  assert.ok((await urlFor(GOOGLE, url(2048))).redirect.length <= 8000);
});

const session = { id: "s" };
const method = { provider: "email-password" };
const assess = (sessions, methods) => () => service.assessRisk(sessions, methods);

test("lists that one user can have are assessed, even sparse ones", () => {
  assert.equal(service.assessRisk(Array(10_000).fill(session), [method]), "medium");
  assert.equal(service.assessRisk(new Array(10_000), [method]), "medium");
  assert.equal(service.assessRisk([], Array(1000).fill(method)), "low");
});

for (const [name, call, message] of [
  [
    "10,001 sessions",
    assess(new Array(10_001), []),
    /^sessions has 10,001 items; the maximum is 10,000\. /,
  ],
  ["1e9 sessions", assess(new Array(1e9), []), /^sessions has 1,000,000,000 items/],
  ["2**32-1 sessions", assess(new Array(2 ** 32 - 1), []), /^sessions has 4,294,967,295 items/],
  [
    "1,001 methods",
    assess([], Array(1001).fill(method)),
    /^methods has 1,001 items; the maximum is 1,000\. /,
  ],
  ["2**32-1 methods", assess([], new Array(2 ** 32 - 1)), /^methods has 4,294,967,295 items/],
  [
    "a provider of 100 MB",
    assess([], [{ provider: long(HUGE) }]),
    /^methods\[\]\.provider has more than/,
  ],
]) {
  test(`${name} are rejected at once`, () => {
    assert.throws(call, { code: "ERR_INVALID_ARG_VALUE", name: "TypeError", message });
  });
}

test("a Proxy of an array is not an array, whatever length it claims", () => {
  const claims = new Proxy([], {
    get: (target, key) => (key === "length" ? 2 ** 53 : target[key]),
  });
  assert.throws(assess(claims, []), { code: "ERR_INVALID_ARG_TYPE", message: /must be an array/ });
  assert.throws(assess([], claims), { code: "ERR_INVALID_ARG_TYPE", message: /must be an array/ });
});

const cyclic = {};
cyclic.retry = cyclic;
const cyclicList = [];
cyclicList.push(cyclicList);
const deep = Array.from({ length: 100_000 }).reduce((inner) => ({ retry: inner }), {});
const manySettings = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`s${i}`, i]));

for (const [name, field, settings] of [
  ["a secret of 4,097 characters", "clientSecret", { clientSecret: long(4097) }],
  ["a secret of 100 MB", "clientSecret", { clientSecret: long(HUGE) }],
  ["a domain of 100 MB", "domain", { domain: long(HUGE) }],
  ["an audience of 100 MB", "audience", { audience: long(HUGE) }],
  [
    "a private key of 100 MB",
    "clientAssertion.privateKey",
    { clientAssertion: { privateKey: long(HUGE) } },
  ],
  ["authorities of 100 MB", "tls.ca", { tls: { ca: long(HUGE) } }],
  ["a redirect URI of 2,049 characters", "redirectUri", { redirectUri: url(2049) }],
  ["an origin of 100 MB", "allowedRedirectOrigins", { allowedRedirectOrigins: [long(HUGE)] }],
  [
    "1,001 origins",
    "allowedRedirectOrigins",
    { allowedRedirectOrigins: Array(1001).fill("https://a.example") },
  ],
  ["1e9 origins", "allowedRedirectOrigins", { allowedRedirectOrigins: new Array(1e9) }],
  ["2**32-1 origins", "allowedRedirectOrigins", { allowedRedirectOrigins: new Array(2 ** 32 - 1) }],
  ["a list in itself", "allowedRedirectOrigins", { allowedRedirectOrigins: cyclicList }],
  ["a list in place of a text", "audience", { audience: new Array(1e9) }],
  ["a Buffer of 100 MB", "clientSecret", { clientSecret: Buffer.alloc(HUGE) }],
  ["a typed array of 100 MB", "clientSecret", { clientSecret: new Uint16Array(HUGE / 2) }],
  ["101 settings", "config", manySettings],
  ["101 settings within one", "retry", { retry: manySettings }],
  ["a name of 100 MB", "config", { [long(HUGE)]: 1 }],
  ["an object within itself", "retry.retry.retry", cyclic],
  ["an object 100,000 deep", "retry.retry.retry", deep],
]) {
  test(`a configuration with ${name} is rejected at once, and the error names the setting`, () => {
    const given = { ...CONFIG, ...settings };
    assert.throws(
      () => serviceFor(given, given),
      (error) => {
        assert.equal(error.constructor, ConfigurationError, String(error));
        assert.equal(error.field, field);
        assert.ok(
          error.message.startsWith(`${field} `) && error.message.length < 400,
          error.message,
        );
        return true;
      },
    );
  });
}

test("none of this takes much memory or time", async () => {
  const { megabytes, milliseconds } = await runProgram();
  assert.ok(megabytes < 64, `${megabytes} MB`);
  assert.ok(milliseconds < 2000, `${milliseconds} ms`);
});

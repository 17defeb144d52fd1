// The URL at which a user signs in to the account to be connected: created synchronously from the
// configuration alone, and safe to give to a browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import {
  AccountLinkingError,
  ConfigurationError,
  UserAuthenticationMethodProvider,
  UserNotFoundError,
} from "@archie/auth0-user-security";
import { CALLBACK } from "../../test-support/connection.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { rejection, serviceFor, sharedTenant } from "../../test-support/service.mjs";

const CONFIG = { domain: "tenant.eu.auth0.com", clientId: "client", clientSecret: "secret" };
const REDIRECT = "https://app.example.com/callback";
const BASE64URL_32_BYTES = /^[A-Za-z0-9_-]{43}$/;

const { GOOGLE, GITHUB, EMAIL_PASSWORD } = UserAuthenticationMethodProvider;

const service = serviceFor(CONFIG);
const paramsOf = (url) => Object.fromEntries(new URL(url).searchParams);
const urlFor = (options, provider = GOOGLE) =>
  service.generateAccountConnectionUrl(provider, REDIRECT, options);

/** What a synchronous call throws. */
function thrownBy(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
}

test("(provider, redirectUrl) returns a ticket at once", () => {
  const before = Date.now();
  const { provider, redirect, state, nonce, expiresAt, ...more } = urlFor();
  assert.deepEqual(more, {});
  assert.equal(provider, "google-oauth2");
  const url = new URL(redirect);
  assert.equal(url.origin + url.pathname, "https://tenant.eu.auth0.com/authorize");
  assert.deepEqual(paramsOf(redirect), {
    response_type: "code",
    client_id: "client",
    redirect_uri: REDIRECT,
    scope: "openid profile email",
    connection: "google-oauth2",
    prompt: "login",
    max_age: "0",
    state,
    nonce,
  });
  assert.match(nonce, BASE64URL_32_BYTES);
  assert.ok(expiresAt instanceof Date);
  const lifetime = expiresAt - before;
  assert.ok(lifetime > 598_000 && lifetime < 605_000, `${lifetime} ms`);
});

test("a user adds PKCE and changes nothing else", () => {
  const { state, nonce, redirect } = urlFor({ user: PEOPLE.ada });
  const { code_challenge: challenge, ...params } = paramsOf(redirect);
  assert.match(challenge, BASE64URL_32_BYTES);
  assert.equal(params.code_challenge_method, "S256");
  assert.deepEqual(Object.keys(params).sort(), [
    ...["client_id", "code_challenge_method", "connection", "max_age", "nonce", "prompt"],
    ...["redirect_uri", "response_type", "scope", "state"],
  ]);
  assert.deepEqual([params.state, params.nonce], [state, nonce]);
});

test("no two tickets share a state, a nonce or a challenge, and none is derived from another", () => {
  const seen = new Set();
  for (let round = 0; round < 50; round++) {
    const { state, nonce, redirect } = urlFor({ user: PEOPLE.ada });
    const { code_challenge: challenge } = paramsOf(redirect);
    for (const value of [state, nonce, challenge]) seen.add(value);
  }
  assert.equal(seen.size, 150);
});

test("neither the secret nor the verifier is in the ticket", () => {
  const ticket = service.generateAccountConnectionUrl(GOOGLE, REDIRECT, { user: PEOPLE.ada });
  assert.ok(!JSON.stringify(ticket).includes("verifier"));
  assert.ok(!Buffer.from(ticket.state, "base64url").includes("secret"));
});

test("(userId, provider) resolves to the URL, bound to the user and returning to redirectUri", async () => {
  const promising = serviceFor(CONFIG, { redirectUri: REDIRECT });
  for (const user of [PEOPLE.ada, { sub: PEOPLE.ada }, { email: "ada@example.com" }]) {
    for (const provider of [GITHUB, "facebook"]) {
      const promise = promising.generateAccountConnectionUrl(user, provider);
      assert.ok(promise instanceof Promise);
      const params = paramsOf(await promise);
      assert.equal(params.redirect_uri, REDIRECT);
      assert.equal(params.connection, provider);
      assert.match(params.code_challenge, BASE64URL_32_BYTES);
    }
  }
});

test("the asynchronous form accepts the same options", async () => {
  const promising = serviceFor(CONFIG, { redirectUri: REDIRECT });
  const options = { connection: "c", scope: "openid", prompt: "consent" };
  const given = { ...options, authorizationParams: { login_hint: "a@example.com" } };
  const params = paramsOf(await promising.generateAccountConnectionUrl(PEOPLE.ada, GITHUB, given));
  const { connection, scope, prompt, login_hint } = params;
  assert.deepEqual({ connection, scope, prompt }, options);
  assert.equal(login_hint, "a@example.com");
});

test("the asynchronous form without redirectUri is a ConfigurationError", async () => {
  const error = await rejection(service.generateAccountConnectionUrl(PEOPLE.ada, GITHUB));
  assert.equal(error.constructor, ConfigurationError, String(error));
  assert.equal(error.field, "redirectUri");
  assert.equal(error.operation, "generateAccountConnectionUrl");
});

test("the asynchronous form rejects a user who cannot exist", async () => {
  const promising = serviceFor(CONFIG, { redirectUri: REDIRECT });
  for (const user of ["", "..", { email: "" }]) {
    const error = await rejection(promising.generateAccountConnectionUrl(user, GITHUB));
    assert.equal(error.constructor, UserNotFoundError, String(error));
  }
});

test("each option has its parameter in the URL", () => {
  assert.equal(paramsOf(urlFor({ connection: "acme" }).redirect).connection, "acme");
  assert.equal(paramsOf(urlFor({ scope: "openid" }).redirect).scope, "openid");
  assert.equal(paramsOf(urlFor({ prompt: "select_account" }).redirect).prompt, "select_account");
  const authorizationParams = { login_hint: "a&b=c#d é", ui_locales: "de fr" };
  const { login_hint, ui_locales } = paramsOf(urlFor({ authorizationParams }).redirect);
  assert.deepEqual({ login_hint, ui_locales }, authorizationParams);
});

test("max_age is sent regardless of the options", () => {
  const options = { connection: "c", scope: "openid", prompt: "none", user: PEOPLE.ada };
  assert.equal(paramsOf(urlFor(options).redirect).max_age, "0");
});

for (const name of [
  ...["response_type", "response_mode", "client_id", "redirect_uri", "state", "nonce", "request"],
  ...["code_challenge", "code_challenge_method", "connection", "max_age", "scope", "prompt"],
  ...["request_uri", "Redirect_URI", "STATE"],
]) {
  test(`authorizationParams cannot override ${name}`, () => {
    const error = thrownBy(() => urlFor({ authorizationParams: { [name]: "evil" } }));
    assert.equal(error.constructor, TypeError, String(error));
    assert.ok(error.message.includes(name) && !error.message.includes("evil"), error.message);
  });
}

test("a value of authorizationParams stays one parameter", () => {
  const hint = "x&redirect_uri=https://evil.example/&state=evil";
  const { redirect } = urlFor({ authorizationParams: { login_hint: hint } });
  const { searchParams } = new URL(redirect);
  assert.deepEqual(searchParams.getAll("redirect_uri"), [REDIRECT]);
  assert.equal(searchParams.getAll("state").length, 1);
  assert.equal(searchParams.get("login_hint"), hint);
});

for (const name of ["", "a&b", "state[]", " state", "a=b", "ü"]) {
  test(`authorizationParams rejects the name ${JSON.stringify(name)}`, () => {
    const error = thrownBy(() => urlFor({ authorizationParams: { [name]: "x" } }));
    assert.equal(error.constructor, TypeError, String(error));
  });
}

for (const options of [
  { scope: "profile email" },
  { prompt: "" },
  { connection: "" },
  { connection: "c".repeat(129) },
]) {
  test(`options that could only fail after the login are rejected: ${JSON.stringify(options).slice(0, 40)}`, () => {
    assert.equal(thrownBy(() => urlFor(options)).constructor, TypeError);
  });
}

test("invalid options are TypeErrors", () => {
  for (const options of [
    ...[
      5,
      "x",
      { unknown: 1 },
      { user: 5 },
      { user: {} },
      { connection: 5 },
      { scope: ["openid"] },
    ],
    ...[{ authorizationParams: "x" }, { authorizationParams: { a: 1 } }, { ttl: 5 }],
  ]) {
    assert.equal(thrownBy(() => urlFor(options)).constructor, TypeError, JSON.stringify(options));
  }
});

test("email-password stands for the configured database connection", () => {
  const connectionOf = (config) => {
    const configured = serviceFor(CONFIG, config);
    const ticket = configured.generateAccountConnectionUrl(EMAIL_PASSWORD, REDIRECT);
    assert.equal(ticket.provider, "email-password");
    return paramsOf(ticket.redirect).connection;
  };
  assert.equal(connectionOf({}), "Username-Password-Authentication");
  assert.equal(connectionOf({ databaseConnection: "customers" }), "customers");
});

test("a custom domain and a separate linking application are used for the login page", () => {
  const config = { customDomain: "login.example.com", application: { clientId: "web" } };
  const { redirect } = serviceFor(CONFIG, config).generateAccountConnectionUrl(GOOGLE, REDIRECT);
  assert.equal(new URL(redirect).origin, "https://login.example.com");
  assert.equal(paramsOf(redirect).client_id, "web");
});

for (const provider of ["", "..", ".", "a/b", "google oauth2", "github?x=1", "a&b", "é", "a\0b"]) {
  test(`the provider ${JSON.stringify(provider)} is a TypeError`, async () => {
    const error = thrownBy(() => service.generateAccountConnectionUrl(provider, REDIRECT));
    assert.equal(error.constructor, TypeError, String(error));
    const promising = serviceFor(CONFIG, { redirectUri: REDIRECT });
    const later = await rejection(promising.generateAccountConnectionUrl(PEOPLE.ada, provider));
    assert.equal(later.constructor, TypeError, String(later));
  });
}

test("an unbound ticket logs a warning, a bound one does not", { timeout: 10_000 }, async () => {
  const logger = recordingLogger();
  const talking = serviceFor(CONFIG, { redirectUri: REDIRECT }, logger);
  talking.generateAccountConnectionUrl(GOOGLE, REDIRECT, { user: PEOPLE.ada });
  await talking.generateAccountConnectionUrl(PEOPLE.ada, GOOGLE);
  talking.generateAccountConnectionUrl(GOOGLE, REDIRECT);
  await logger.count(1);
  assert.deepEqual(
    logger.lines.map(({ level }) => level),
    ["warn"],
  );
  assert.match(logger.lines[0].message, /not bound to a user/);
});

test("requireLinkState rejects an unbound ticket and accepts a bound one", async () => {
  const strict = serviceFor(CONFIG, { requireLinkState: true, redirectUri: REDIRECT });
  const error = thrownBy(() => strict.generateAccountConnectionUrl(GOOGLE, REDIRECT));
  assert.equal(error.constructor, AccountLinkingError, String(error));
  assert.equal(error.reason, "state_required");
  assert.ok(strict.generateAccountConnectionUrl(GOOGLE, REDIRECT, { user: PEOPLE.ada }).redirect);
  assert.ok(await strict.generateAccountConnectionUrl(PEOPLE.ada, GOOGLE));
});

test("errors of the synchronous form have the caller's line", () => {
  const error = thrownBy(() => service.generateAccountConnectionUrl(GOOGLE, "javascript:x"));
  assert.match(error.stack, /connection-url\.test\.mjs/);
});

const tenant = await sharedTenant();

test("a user signs in at the URL and returns with code and state; nothing else is sent", async () => {
  const real = serviceFor(tenant);
  const ticket = real.generateAccountConnectionUrl(GOOGLE, CALLBACK, { user: PEOPLE.ada });
  assert.deepEqual(tenant.requests, []);
  const { code, state, url } = await tenant.authorize(ticket.redirect, { as: PEOPLE.grace });
  assert.ok(url.startsWith(`${CALLBACK}?`), url);
  assert.ok(code);
  assert.equal(state, ticket.state);
});

test("a URL that is not valid Unicode does not turn the call into the form by id", () => {
  const broken = `${REDIRECT}?next=\ud800`;
  const error = thrownBy(() => service.generateAccountConnectionUrl("okta-acme", broken));
  assert.ok(error instanceof TypeError, String(error));
  assert.match(error.message, /^redirectUrl is not valid Unicode/);
});

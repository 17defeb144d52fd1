// Connecting a second account: what is sent, and what is returned.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import {
  AccountLinkingError,
  ConfigurationError,
  UserAuthenticationMethodProvider,
  UserNotFoundError,
} from "@archie/auth0-user-security";
import {
  accessTokenOf,
  CALLBACK,
  connect,
  identitiesOf,
  signIn,
  signInOn,
  templates,
} from "../../test-support/connection.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { rejection, serviceFor, sharedTenant, writes } from "../../test-support/service.mjs";
import { isCodeExchange } from "../../test-support/signing.mjs";

const { GOOGLE, GITHUB, EMAIL_PASSWORD } = UserAuthenticationMethodProvider;
const { ada, grace, linus, linked, sms } = PEOPLE;
const asGrace = { user: ada, provider: GOOGLE, as: grace };
const config = { retry: { maxAttempts: 3, maxDelayMs: 0 } };

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant, config);
});

const linkRequests = () => writes(tenant).filter(({ template }) => /identities/.test(template));
const codeExchanges = () => tenant.requests.filter(isCodeExchange);
const codeOf = async (options) => (await signIn(tenant, service, options)).code;

function assertConnected(methods, userId = ada, other = grace) {
  const shown = methods.map(({ provider, id }) => `${provider}|${id}`);
  assert.deepEqual(shown, [userId.replace("auth0|", "email-password|"), other]);
  assert.deepEqual(identitiesOf(tenant, userId), [userId, other]);
  assert.equal(tenant.user(other), undefined);
}

test("by code: the account is linked, and all methods are returned", async () => {
  const methods = await connect(tenant, service, asGrace);
  assertConnected(methods);
  assert.deepEqual(methods, await service.findUserAuthenticationMethods(ada));
  const [link, ...more] = linkRequests();
  assert.deepEqual(more, []);
  assert.deepEqual(link.json, { provider: "google-oauth2", user_id: grace.split("|")[1] });
});

test("by code, exactly as in the original package's README: without options", {
  timeout: 10_000,
}, async () => {
  const logger = recordingLogger();
  service = serviceFor(tenant, config, logger);
  const code = await codeOf({ provider: GOOGLE, as: grace });
  assertConnected(await service.connectSecondaryAccount({ sub: ada }, CALLBACK, code));
  await logger.count(2);
  for (const { level, message } of logger.lines) {
    assert.deepEqual([level, /not bound to a user/.test(message)], ["warn", true]);
  }
});

test("by code with an unbound ticket: its state may be passed", async () => {
  const { code, state } = await signIn(tenant, service, { provider: GOOGLE, as: grace });
  assertConnected(await service.connectSecondaryAccount(ada, CALLBACK, code, { state }));
});

test("a bound connection logs no warning", async () => {
  const logger = recordingLogger();
  service = serviceFor(tenant, { ...config, logLevel: "warn" }, logger);
  await connect(tenant, service, asGrace);
  assert.deepEqual(logger.lines, []);
});

for (const [name, user] of [
  ["an id", ada],
  ["sub", { sub: ada }],
  ["user_id", { user_id: ada }],
  ["email", { email: "ada@example.com" }],
  [
    "email and connection",
    { email: "Ada@example.com", connection: "Username-Password-Authentication" },
  ],
]) {
  test(`the user may be identified by ${name}, for ticket and connection alike`, async () => {
    assertConnected(await connect(tenant, service, { ...asGrace, user }));
  });
}

test("id, sub and a bare string are the same user to a ticket", async () => {
  const { code, state } = await signIn(tenant, service, { ...asGrace, user: { sub: ada } });
  assertConnected(await service.connectSecondaryAccount(ada, CALLBACK, code, { state }));
});

test("the URL of the asynchronous form connects too", async () => {
  service = serviceFor(tenant, { ...config, redirectUri: CALLBACK, requireLinkState: true });
  const redirect = await service.generateAccountConnectionUrl(ada, GOOGLE);
  const { code, state } = await signInOn(tenant, { redirect }, grace);
  assertConnected(await service.connectSecondaryAccount(ada, CALLBACK, code, { state }));
});

test("another process with the same credentials can finish the connection", async () => {
  const { code, state } = await signIn(tenant, service, asGrace);
  const other = serviceFor(tenant, config);
  assertConnected(await other.connectSecondaryAccount(ada, CALLBACK, code, { state }));
});

test("a database account is connected under its Auth0 name", async () => {
  const methods = await connect(tenant, service, {
    user: grace,
    provider: EMAIL_PASSWORD,
    as: ada,
  });
  assert.deepEqual(
    methods.map(({ provider }) => provider),
    ["google-oauth2", "email-password"],
  );
  assert.equal(linkRequests()[0].json.provider, "auth0");
});

test("users log in through the configured linking application", async () => {
  const web = tenant.addClient({ callbacks: [CALLBACK] });
  const application = { clientId: web.client_id, clientSecret: web.client_secret };
  service = serviceFor(tenant, { ...config, application });
  assertConnected(await connect(tenant, service, asGrace));
  const form = new URLSearchParams(codeExchanges()[0].body);
  assert.equal(form.get("client_id"), web.client_id);
});

test("a public web application relies on PKCE alone", async () => {
  const web = tenant.addClient({ callbacks: [CALLBACK], token_endpoint_auth_method: "none" });
  service = serviceFor(tenant, { ...config, application: { clientId: web.client_id } });
  assertConnected(await connect(tenant, service, asGrace));
  assert.ok(!codeExchanges()[0].body.includes("client_secret"));
});

test("a web application whose secret is wrong is a ConfigurationError", async () => {
  const { client_id: clientId } = tenant.addClient({ callbacks: [CALLBACK] });
  service = serviceFor(tenant, { ...config, application: { clientId, clientSecret: "wrong" } });
  const error = await rejection(connect(tenant, service, asGrace));
  assert.equal(error.constructor, ConfigurationError, String(error));
  assert.equal(error.field, "application");
});

for (const [name, provider] of [
  ["enum", GOOGLE],
  ["text", "google-oauth2"],
]) {
  test(`by token: the owner of the token is linked (${name})`, async () => {
    const token = await accessTokenOf(tenant, grace);
    tenant.clearRequests();
    assertConnected(await service.connectSecondaryAccount({ id: ada }, provider, token));
    assert.ok(tenant.requests.every((request) => !isCodeExchange(request)));
    const userInfo = tenant.requests.find(({ url }) => url === "/userinfo");
    assert.equal(userInfo.headers.authorization, `Bearer ${token}`);
  });
}

test("by token: email-password stands for Auth0's database, other providers keep their names", async () => {
  const token = await accessTokenOf(tenant, ada);
  const methods = await service.connectSecondaryAccount(grace, EMAIL_PASSWORD, token);
  assert.equal(methods.length, 2);
  const saml = await accessTokenOf(tenant, PEOPLE.upperCase);
  const all = await service.connectSecondaryAccount(grace, "samlp", saml);
  assert.deepEqual(all.map(({ provider }) => provider).sort(), [
    ...["email-password", "google-oauth2", "samlp"],
  ]);
});

for (const [name, again] of [
  ["by code", () => connect(tenant, service, asGrace)],
  [
    "by token",
    async () => {
      const token = await accessTokenOf(tenant, ada);
      return await service.connectSecondaryAccount(ada, GOOGLE, token);
    },
  ],
]) {
  test(`an account that is already connected is a success without a write, ${name}`, async () => {
    const methods = await connect(tenant, service, asGrace);
    tenant.clearRequests();
    assert.deepEqual(await again(), methods);
    assert.deepEqual(linkRequests(), []);
  });
}

test("an account with an unverified email is connected only if the option allows it, in both forms", async () => {
  const unverified = { user: ada, provider: GITHUB, as: linus };
  tenant.user(linus).email_verified = false;
  const byToken = async (options) => {
    const token = await accessTokenOf(tenant, linus);
    return await service.connectSecondaryAccount(ada, GITHUB, token, options);
  };
  for (const attempt of [() => connect(tenant, service, unverified), () => byToken()]) {
    const error = await rejection(attempt());
    assert.equal(error.constructor, AccountLinkingError, String(error));
    assert.equal(error.reason, "unverified_email");
    assert.match(error.message, /is not verified\. Verify it first/);
  }
  assert.deepEqual(linkRequests(), []);
  const allowUnverifiedEmail = true;
  assertConnected(await connect(tenant, service, unverified, { allowUnverifiedEmail }), ada, linus);
  await service.disconnectSecondaryAccount(ada, GITHUB, linus);
  tenant.user(linus).email_verified = false;
  assertConnected(await byToken({ allowUnverifiedEmail }), ada, linus);
});

test("an account without any email counts as unverified", async () => {
  const token = await accessTokenOf(tenant, sms);
  const error = await rejection(service.connectSecondaryAccount(ada, "sms", token));
  assert.equal(error.reason, "unverified_email");
  assert.match(error.message, /has no email/);
  assert.doesNotMatch(error.message, /Verify it/);
});

test("an unknown user does not use up the code", async () => {
  const attempt = connect(tenant, service, { ...asGrace, user: "auth0|nobody" });
  assert.ok((await rejection(attempt)) instanceof UserNotFoundError);
  assert.deepEqual(codeExchanges(), []);
});

test("by code it takes at most five requests, in addition to management token and signing keys", async () => {
  const { code, state } = await signIn(tenant, service, asGrace);
  tenant.clearRequests();
  await service.connectSecondaryAccount(ada, CALLBACK, code, { state });
  assert.deepEqual(templates(tenant), [
    "POST /oauth/token",
    "GET /api/v2/users/{id}",
    "GET /.well-known/jwks.json",
    "POST /oauth/token",
    "GET /api/v2/users/{id}",
    "POST /api/v2/users/{id}/identities",
  ]);
});

test("a warm connection by code takes four requests", async () => {
  await connect(tenant, service, asGrace);
  const { code, state } = await signIn(tenant, service, { user: ada, provider: GITHUB, as: linus });
  tenant.clearRequests();
  await service.connectSecondaryAccount(ada, CALLBACK, code, { state });
  assert.deepEqual(templates(tenant), [
    "GET /api/v2/users/{id}",
    "POST /oauth/token",
    "GET /api/v2/users/{id}",
    "POST /api/v2/users/{id}/identities",
  ]);
});

test("a third account joins the two", async () => {
  const methods = await connect(tenant, service, { user: linked, provider: GITHUB, as: linus });
  assert.deepEqual(
    methods.map(({ provider }) => provider),
    [...["email-password", "google-oauth2", "github"]],
  );
  assert.deepEqual(
    methods.map(({ isPrimary }) => isPrimary),
    [true, false, false],
  );
});

// The setting accessToken: what it excludes, what it then requires, and which values are refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { Auth0UserSecurityService, ConfigurationError } from "@archie/auth0-user-security";
import { CALLBACK, connect, identitiesOf } from "../../test-support/connection.mjs";
import { issuedToken, serviceWithToken } from "../../test-support/own-token.mjs";
import { tenantOf } from "../../test-support/service.mjs";

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
  const token = await issuedToken(tenant);
  const service = serviceWithToken(tenant, () => token, { redirectUri: CALLBACK });
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
  const token = await issuedToken(tenant);
  const { clientId, clientSecret } = tenant;
  const service = serviceWithToken(tenant, () => token, {
    application: { clientId, clientSecret },
  });
  const { ada, grace } = PEOPLE;
  const methods = await connect(tenant, service, {
    user: ada,
    provider: "google-oauth2",
    as: grace,
  });
  assert.equal(methods.length, 2);
  assert.deepEqual(identitiesOf(tenant, ada), [ada, grace]);
});

// What may be concluded from a response of the token endpoint about credentials, a code, and the state that belongs
// to it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { Auth0ApiError, RateLimitError } from "@archie/auth0-user-security";
import { CALLBACK, signIn } from "../../test-support/connection.mjs";
import { linkError } from "../../test-support/linking.mjs";
import { skipWithoutRedis, startRedis } from "../../test-support/redis.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, tenantOf } from "../../test-support/service.mjs";
import { isCodeExchange, scriptedIssuer } from "../../test-support/signing.mjs";

const ME = "auth0|me";
const { ada, grace } = PEOPLE;
const asGrace = { user: ada, provider: "google-oauth2", as: grace };
const impatient = { retry: { maxAttempts: 1 } };
const needsRedis = { skip: skipWithoutRedis };

const CODES = ["access_denied", "invalid_client", "unauthorized_client", "invalid_grant"];

for (const status of [200, 302, 404, 408, 418, 429, 500, 503]) {
  test(`an OAuth error code with ${status} proves nothing about credentials or a code`, async (t) => {
    for (const code of [...CODES, "invalid_request"]) {
      const response = { status, body: { error: code } };
      const issuer = await scriptedIssuer(t, { code: response });
      const linking = await linkError(issuer);
      assert.ok(linking instanceof Auth0ApiError, `${code}: ${linking}`);
      const server = await scriptedServer(t, { token: response, api: { sessions: [] } });
      const error = await rejection(serviceFor(server, impatient).findUserSessions(ME));
      // The domain has no token endpoint: this is how Auth0 says that there is no such tenant.
      if (status === 404) assert.equal(error.field, "domain");
      else assert.ok(error instanceof Auth0ApiError, `${code}: ${error}`);
    }
  });
}

test("a 404 of the token endpoint with a code that Auth0 does not use is not Auth0's", async (t) => {
  const response = { status: 404, body: { error: "not_found" } };
  const server = await scriptedServer(t, { token: response, api: { sessions: [] } });
  const error = await rejection(serviceFor(server).findUserSessions(ME));
  const linking = await linkError(await scriptedIssuer(t, { code: response }));
  for (const found of [error, linking]) {
    assert.equal(found.constructor, Auth0ApiError, String(found));
    assert.match(found.message, /did not come from Auth0's API/);
  }
});

test("codes that Auth0 rejects with 400, 401 and 403 are still distinguished", async (t) => {
  for (const status of [400, 401, 403]) {
    for (const code of CODES) {
      const error = await linkError(
        await scriptedIssuer(t, { code: { status, body: { error: code } } }),
      );
      const expected = code === "invalid_grant" ? "code_rejected" : "application";
      assert.equal(error.reason ?? error.field, expected, String(error));
    }
  }
});

const TOO_MANY = {
  status: 429,
  headers: { "retry-after": "1" },
  body: { error: "too_many_requests" },
};

test("a state survives a 429 from Auth0, because its code was not processed", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant, impatient);
  const { code, state } = await signIn(tenant, service, asGrace);
  tenant.fault(isCodeExchange, TOO_MANY);
  const link = (options) =>
    service.connectSecondaryAccount(ada, CALLBACK, code, { state, ...options });
  assert.equal((await rejection(link())).constructor, RateLimitError);
  const early = await rejection(link({ timeoutMs: 300 }));
  assert.deepEqual([early.constructor, early.attempts], [RateLimitError, 0]);
  assert.equal((await link()).length, 2);
  assert.equal((await rejection(link())).reason, "state_used");
});

test("a state whose code may have been processed counts as used", async (t) => {
  for (const fault of [
    { reset: "before" },
    { status: 500 },
    { status: 429, body: "<p>slow down</p>" },
    { status: 403, body: { error: "invalid_grant" } },
    { status: 404, body: { error: "not_found" } },
  ]) {
    const tenant = await tenantOf(t);
    const service = serviceFor(tenant, impatient);
    const { code, state } = await signIn(tenant, service, asGrace);
    tenant.fault(isCodeExchange, fault);
    const link = () => service.connectSecondaryAccount(ada, CALLBACK, code, { state });
    await rejection(link());
    assert.equal((await rejection(link())).reason, "state_used", JSON.stringify(fault));
  }
});

test("a state that was not used is available to other processes too", needsRedis, async (t) => {
  const [redis, tenant] = [await startRedis(t), await tenantOf(t)];
  const service = serviceFor(tenant, { ...impatient, sharedState: { redisUrl: redis.url } });
  const marks = async () =>
    (await redis.command("--scan", "--pattern", "*used-state*")).split("\n").filter(Boolean);
  const { code, state } = await signIn(tenant, service, asGrace);
  const link = () => service.connectSecondaryAccount(ada, CALLBACK, code, { state });
  tenant.fault(isCodeExchange, TOO_MANY);
  assert.equal((await rejection(link())).constructor, RateLimitError);
  assert.deepEqual(await marks(), []);
  await link();
  assert.equal((await marks()).length, 1);
});

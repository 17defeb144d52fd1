// What a rejected token request means for later calls: rejected credentials cause a pause, other failures do not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { ConfigurationError } from "@archie/auth0-user-security";
import { scriptedServer, tokenResponse } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, tenantOf, tokenRequests } from "../../test-support/service.mjs";

const { ada } = PEOPLE;

test("a rotated secret is a ConfigurationError once a new token is needed", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant);
  await service.findUserSessions(ada);
  tenant.rotateSecret();
  assert.ok(
    (await service.findUserSessions(ada)).length > 0,
    "the token is valid for its lifetime",
  );
  await tenant.rotateKeys({ revoke: true });
  const error = await rejection(service.findUserSessions(ada));
  assert.equal(error.constructor, ConfigurationError);
  assert.equal(error.field, "clientSecret");
});

test("a rejected token request is not repeated", async (t) => {
  const refusal = {
    status: 401,
    body: { error: "access_denied", error_description: "Unauthorized" },
  };
  const server = await scriptedServer(t, { token: refusal });
  assert.equal(
    (await rejection(serviceFor(server).findUserSessions(ada))).code,
    "ERR_CONFIGURATION",
  );
  assert.equal(server.requests.length, 1);
});

/** All that an error says of its cause. */
const withoutCall = (error) => ({ ...error.toJSON(), correlationId: undefined });

const badSecret = { status: 401, body: { error: "access_denied" } };

test("until a rejected credential is tried again, all callers get the same error at once", async (t) => {
  const server = await scriptedServer(t, { token: badSecret });
  const service = serviceFor(server);
  const first = await rejection(service.findUserSessions(ada));
  assert.equal(first.constructor, ConfigurationError);
  for (let call = 0; call < 20; call += 1) {
    for (const asked of [service, serviceFor(server)]) {
      const error = await rejection(asked.findUserSessions(ada));
      assert.equal(error.constructor, ConfigurationError);
      assert.deepEqual(withoutCall(error), withoutCall(first));
    }
    service.close();
  }
  assert.equal(tokenRequests(server).length, 1);
});

test("a rejected credential is tried again after its pause, and is then used", async (t) => {
  const server = await scriptedServer(t, {
    token: [badSecret, tokenResponse],
    api: { sessions: [] },
  });
  const service = serviceFor(server);
  await rejection(service.findUserSessions(ada));
  const begun = performance.now();
  let sessions;
  while (!sessions) sessions = await service.findUserSessions(ada).catch(() => undefined);
  assert.ok(performance.now() - begun > 900, "not at once");
  assert.equal(tokenRequests(server).length, 2);
  assert.deepEqual(await serviceFor(server).findUserSessions(ada), []);
});

test("a changed secret, client or audience is another credential, and is tried at once", async (t) => {
  const server = await scriptedServer(t, { token: badSecret });
  const others = [
    { clientSecret: "new" },
    { clientId: "other" },
    { audience: "https://a/api/v2/" },
  ];
  for (const config of [{}, ...others]) {
    for (let call = 0; call < 2; call += 1) {
      const error = await rejection(serviceFor(server, config).findUserSessions(ada));
      assert.equal(error.constructor, ConfigurationError);
    }
  }
  assert.equal(tokenRequests(server).length, 4);
});

test("a token request that fails for another reason causes no pause", async (t) => {
  const responses = ["reset", { status: 500 }, { body: "<p>" }, { status: 429 }, tokenResponse];
  const server = await scriptedServer(t, { token: responses, api: { sessions: [] } });
  const service = serviceFor(server, { retry: { maxAttempts: 1 } });
  for (const _ of responses.slice(1)) await rejection(service.findUserSessions(ada));
  assert.deepEqual(await service.findUserSessions(ada), []);
});

test("a missing token endpoint says nothing about users and sessions", async (t) => {
  const api = [{ id: "s", user_id: ada }, { status: 401 }];
  const noSuchPath = { status: 400, body: { error: "invalid_uri" } };
  for (const [token, status] of [
    [{ status: 404 }, 404],
    [[tokenResponse, { status: 404 }], 404],
    [[tokenResponse, noSuchPath], 400],
  ]) {
    const asked = serviceFor(await scriptedServer(t, { token, api }));
    const error = await rejection(asked.revokeUserSession(ada, "s"));
    assert.equal(error.constructor, ConfigurationError, String(error));
    assert.deepEqual([error.field, error.cause.statusCode], ["domain", status]);
  }
});

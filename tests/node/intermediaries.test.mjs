// Nothing is concluded from the response of a gateway, proxy or CDN: not that anything is absent, rejected, limited or
// done.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import {
  Auth0ApiError,
  FeatureUnavailableError,
  InsufficientScopeError,
  TimeoutError,
} from "@archie/auth0-user-security";
import { CALLBACK, signIn } from "../../test-support/connection.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import {
  rejection,
  serviceFor,
  tenantOf,
  tokenRequests,
  writes,
} from "../../test-support/service.mjs";

const { ada, grace } = PEOPLE;
const { adaIphone, adaWindows } = SESSIONS;
const NOT_AUTH0 = /did not come from Auth0's API/;
const impatient = { retry: { maxAttempts: 2, maxDelayMs: 0 } };

/** Bodies that proxies between a client and Auth0 send, with any status. */
const BODIES = {
  "a page from nginx": "<html><head><title>nginx</title></head><body>nginx</body></html>",
  "a body of an API gateway": { message: "Not Found" },
  "a body of a service mesh": { status: "error", code: 1010 },
  "a body with another status": { statusCode: 502, error: "Bad Gateway", message: "upstream" },
  "a body with a code of its own": (status) => ({
    statusCode: status,
    errorCode: "ROUTE NOT FOUND",
  }),
  "an array": [],
  text: "upstream connect error or disconnect/reset before headers",
  "nothing at all": "",
  "an OAuth error as text": { error: "Access denied by policy" },
};

const bodyOf = (name, status) =>
  typeof BODIES[name] === "function" ? BODIES[name](status) : BODIES[name];

/** Every combination except Auth0's own way to accept. */
const RESPONSES = Object.keys(BODIES).flatMap((name) =>
  [200, 202, 401, 403, 404, 429, 503]
    .map((status) => ({ name, status, body: bodyOf(name, status) }))
    .filter(({ status, body }) => !(status === 202 && body === "")),
);
const FOREVER = Number.POSITIVE_INFINITY;

for (const { name, status, body } of RESPONSES) {
  test(`${status} with ${name} for session requests is an error of every call`, async (t) => {
    const tenant = await tenantOf(t);
    const service = serviceFor(tenant, impatient);
    tenant.fault(/ \/api\/v2\/.*(sessions|refresh-tokens)/, { status, body }, FOREVER);
    const user = { id: ada };
    for (const call of [
      () => service.findUserSessions(user),
      () => service.revokeUserSession(user, { id: adaIphone }),
      () => service.revokeAllUserSessions(user),
      () => service.revokeAllUserSessions(user, { waitUntilGone: true }),
      () => service.revokeOtherUserSessions(user, adaWindows),
      () => service.getUserSecurityDashboard(user),
    ]) {
      const error = await rejection(call());
      assert.equal(error.constructor, Auth0ApiError, `${error} of ${call}`);
      assert.equal(error.statusCode, status, `${call}`);
    }
    const report = await service.checkConfiguration();
    assert.equal(report.findings.find(({ check }) => check === "sessions").ok, false);
    assert.equal(tokenRequests(tenant).length, 1, "the token is kept");
    assert.ok(tenant.session(adaIphone));
  });

  test(`${status} with ${name} proves nothing about a revocation`, async (t) => {
    const tenant = await tenantOf(t);
    const service = serviceFor(tenant, impatient);
    for (const operation of ["revoke_session", "delete_sessions_for_user"]) {
      tenant.fault(operation, { status, body }, FOREVER);
    }
    for (const call of [
      () => service.revokeUserSession({ id: ada }, { id: adaIphone }),
      () => service.revokeAllUserSessions({ id: ada }),
      () => service.revokeOtherUserSessions({ id: ada }, adaWindows),
    ]) {
      const error = await rejection(call());
      assert.equal(error.constructor, Auth0ApiError, String(error));
      assert.match(error.message, NOT_AUTH0);
      assert.ok(
        error.effects?.some(({ state }) => state === "unknown"),
        String(error),
      );
    }
    assert.ok(tenant.session(adaIphone));
  });
}

test("the error for a response that is not Auth0's has its status, type and length, and says what to check", async (t) => {
  const tenant = await tenantOf(t);
  const body = "<html>canary-of-the-page</html>";
  tenant.fault("get_sessions_for_user", { status: 404, body });
  const error = await rejection(serviceFor(tenant).findUserSessions(ada));
  assert.equal(
    error.message,
    "GET /api/v2/users/{user_id}/sessions: the response (404, text/html, 31 bytes) did not come from Auth0's API. " +
      "Check what responds for the domain: a proxy, gateway or firewall in front of it, and the domain itself.",
  );
});

test("a body larger than any of Auth0's proves neither absence nor success", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant, impatient);
  for (const status of [202, 404]) {
    const body = { statusCode: status, filler: "x".repeat(9 * 1024 * 1024) };
    tenant.fault("get_sessions_for_user", { status, body });
    const listed = await rejection(service.findUserSessions(ada));
    tenant.fault("revoke_session", { status, body });
    const revoked = await rejection(service.revokeUserSession(ada, adaIphone));
    for (const error of [listed, revoked]) {
      assert.deepEqual([error.constructor, error.statusCode], [Auth0ApiError, status]);
    }
    assert.ok(revoked.effects.every(({ state }) => state === "unknown"));
  }
});

/** Some gateways respond in the same format as the Management API. */
const imitation = (status) => ({
  status,
  body: { statusCode: status, error: "Not Found", message: "Route not found" },
});

test("a 404 in Auth0's format is not a revocation while Auth0 lists the session", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant);
  tenant.fault("revoke_session", imitation(404), FOREVER);
  const one = await rejection(service.revokeUserSession(ada, adaIphone));
  const others = await rejection(service.revokeOtherUserSessions(ada, adaWindows));
  for (const error of [one, others]) {
    assert.deepEqual([error.constructor, error.statusCode], [Auth0ApiError, 404]);
  }
  assert.ok(tenant.session(adaIphone));
});

test("a 404 for a session that Auth0 no longer lists is its revocation", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant);
  tenant.fault("revoke_session", { ...imitation(404), commit: true });
  assert.equal(await service.revokeUserSession({ id: ada }, { id: adaIphone }), true);
});

test("a 404 for a session does not end the wait for its revocation", async (t) => {
  const tenant = await tenantOf(t, { deleteDelay: 3_600_000 });
  const service = serviceFor(tenant);
  let reads = 0;
  const isLaterRead = ({ operation }) => operation === "get_session" && ++reads > 1;
  tenant.fault(isLaterRead, imitation(404), FOREVER);
  const options = { waitUntilGone: true, timeoutMs: 600 };
  const error = await rejection(service.revokeUserSession(ada, adaIphone, options));
  assert.equal(error.constructor, TimeoutError, String(error));
});

test("a 200 in place of Auth0's acceptance is read back once", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant);
  const page = { status: 200, body: "<p>Done", commit: true };
  tenant.fault("revoke_session", page);
  assert.equal(await service.revokeUserSession({ id: ada }, { id: adaIphone }), true);
  const lists = tenant.requests.filter(({ operation }) => operation === "get_sessions_for_user");
  assert.equal(lists.length, 1);
  tenant.fault("delete_sessions_for_user", page);
  assert.equal(await service.revokeAllUserSessions({ id: ada }), true);
});

test("a 403 page does not make the library skip refresh tokens", async (t) => {
  const tenant = await tenantOf(t);
  const logger = recordingLogger();
  const service = serviceFor(tenant, {}, logger);
  for (const body of [
    "<p>Forbidden",
    { message: "Forbidden" },
    { statusCode: 403, error: "Forbidden" },
  ]) {
    tenant.fault("revoke_session", { status: 403, body });
    await rejection(service.revokeUserSession(ada, adaIphone));
    tenant.fault("delete_refresh_tokens_for_user", { status: 403, body });
    await rejection(service.revokeAllUserSessions(grace));
  }
  assert.deepEqual(
    writes(tenant).filter(({ operation }) => operation === "delete_session"),
    [],
  );
  assert.deepEqual(logger.lines, []);
});

test("a 403 from Auth0 without a reason counts as a missing scope unless the token has it", async (t) => {
  const without = await tenantOf(t);
  without.setScopes(["read:users", "delete:sessions", "delete:refresh_tokens"]);
  const plain = { status: 403, body: { statusCode: 403, error: "Forbidden", message: "No." } };
  without.fault("get_sessions_for_user", plain, FOREVER);
  const error = await rejection(serviceFor(without).findUserSessions(ada));
  assert.equal(error.constructor, InsufficientScopeError, String(error));
  assert.deepEqual(error.requiredScopes, ["read:sessions"]);
  const tenant = await tenantOf(t);
  tenant.fault("get_sessions_for_user", plain, FOREVER);
  const refused = await rejection(serviceFor(tenant).findUserSessions(ada));
  assert.equal(refused.constructor, FeatureUnavailableError, String(refused));
});

test("only Auth0 can reject a code exchange", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant);
  for (const body of [
    "<p>Blocked by the firewall",
    { message: "Forbidden" },
    { error: "Bad code" },
  ]) {
    const { code, state } = await signIn(tenant, service, {
      user: ada,
      provider: "google-oauth2",
      as: grace,
    });
    tenant.fault(/POST \/oauth\/token/, { status: 403, body });
    const error = await rejection(service.connectSecondaryAccount(ada, CALLBACK, code, { state }));
    assert.equal(error.constructor, Auth0ApiError, String(error));
    assert.match(error.message, NOT_AUTH0);
  }
});

test("only Auth0 can reject credentials", async (t) => {
  for (const status of [400, 401, 403, 404]) {
    const tenant = await tenantOf(t);
    tenant.fault(/POST \/oauth\/token/, { status, body: "<p>Forbidden" }, FOREVER);
    const error = await rejection(serviceFor(tenant).findUserSessions(ada));
    assert.deepEqual([error.constructor, error.statusCode], [Auth0ApiError, status]);
    assert.match(error.message, NOT_AUTH0);
  }
});

test("a 429 from an intermediary is retried only where that is safe, and delays no other call", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant, impatient);
  await service.findUserSessions(ada);
  const headers = {
    "x-ratelimit-limit": "1",
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": "99999999999",
  };
  for (const status of [429, 503]) {
    const fault = { status, body: "<p>Slow down", headers };
    tenant.fault("post_password-change", fault);
    const error = await rejection(service.generatePasswordChangeTicket(ada));
    assert.deepEqual(
      [error.constructor, error.statusCode, error.attempts],
      [Auth0ApiError, status, 1],
    );
    assert.deepEqual(error.effects, [{ step: "ticket", state: "unknown" }]);
    tenant.fault("get_sessions_for_user", fault);
    assert.ok((await service.findUserSessions(ada)).length > 0);
  }
});

// The outcome of a change stays in doubt until Auth0 shows it: no later rejection settles it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { Auth0ApiError } from "@archie/auth0-user-security";
import { accessTokenOf } from "../../test-support/connection.mjs";
import { rejection, serviceFor, tenantOf } from "../../test-support/service.mjs";

const { ada, linked, linus } = PEOPLE;
const impatient = { retry: { maxAttempts: 1 } };
const effect = (step, state) => ({ step, state });

test("a 404 at the second attempt does not settle what the first did", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant, { retry: { maxAttempts: 2, maxDelayMs: 0 } });
  tenant.fault("delete_refresh_tokens_for_user", { reset: "after" });
  tenant.fault("delete_refresh_tokens_for_user", { status: 404 });
  const error = await rejection(service.revokeAllUserSessions(ada));
  assert.deepEqual([error.constructor, error.statusCode], [Auth0ApiError, 404]);
  assert.deepEqual(error.effects, [effect("sessions", "done"), effect("refreshTokens", "unknown")]);
});

test("a 404 for a session is in doubt if the list that would show it cannot be read", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant, impatient);
  tenant.fault("revoke_session", { status: 404 });
  tenant.fault("get_sessions_for_user", { status: 403 }, Number.POSITIVE_INFINITY);
  const error = await rejection(service.revokeUserSession(ada, SESSIONS.adaIphone));
  assert.deepEqual([error.constructor, error.statusCode], [Auth0ApiError, 404]);
  assert.deepEqual(error.effects, [
    { ...effect("session", "unknown"), count: 1 },
    effect("refreshTokens", "unknown"),
  ]);
});

test("a list with an unreadable row does not show that a session is gone", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant, impatient);
  tenant.fault("revoke_session", { status: 404 });
  const hidden = ({ sessions }) => ({ sessions: sessions.map(withoutId) });
  const withoutId = (session) =>
    session.id === SESSIONS.adaIphone ? { ...session, id: null } : session;
  tenant.fault("get_sessions_for_user", { change: hidden }, Number.POSITIVE_INFINITY);
  const error = await rejection(service.revokeUserSession(ada, SESSIONS.adaIphone));
  assert.deepEqual([error.constructor, error.statusCode], [Auth0ApiError, 404]);
  assert.ok(tenant.session(SESSIONS.adaIphone));
});

/** Makes the second read of the account, after the change, fail. */
function unreadAfterwards(tenant, fault) {
  const reads = new Map();
  const isLater = ({ operation, url }) => {
    if (operation !== "get_users_by_id") return false;
    reads.set(url, (reads.get(url) ?? 0) + 1);
    return reads.get(url) > 1;
  };
  tenant.fault(isLater, fault, Number.POSITIVE_INFINITY);
}

const ABOUT_OTHERS = { status: 200, body: [{ provider: "github", user_id: "1" }], commit: true };

for (const status of [403, 404, 429, 500]) {
  test(`a response about another user and then ${status} leave an unlink in doubt`, async (t) => {
    const tenant = await tenantOf(t);
    tenant.fault("delete_user_identity_by_user_id", ABOUT_OTHERS);
    unreadAfterwards(tenant, { status });
    const google = { provider: "google-oauth2", id: "115015401343387192604" };
    const options = { timeoutMs: 5000 };
    const call = serviceFor(tenant, impatient).disconnectSecondaryAccount(linked, google, options);
    assert.deepEqual((await rejection(call)).effects, [effect("unlink", "unknown")]);
  });

  test(`a response about another user and then ${status} leave a link in doubt`, async (t) => {
    const tenant = await tenantOf(t);
    tenant.fault("post_identities", ABOUT_OTHERS);
    unreadAfterwards(tenant, { status });
    const token = await accessTokenOf(tenant, linus);
    const options = { timeoutMs: 5000 };
    const call = serviceFor(tenant, impatient).connectSecondaryAccount(
      ada,
      "github",
      token,
      options,
    );
    assert.deepEqual((await rejection(call)).effects, [effect("link", "unknown")]);
  });
}

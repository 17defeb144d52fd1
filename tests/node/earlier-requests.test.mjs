// Effects when several requests fail one after another: what an earlier request may have done is not denied because a
// later one did nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { accessTokenOf } from "../../test-support/connection.mjs";
import { rejection, serviceFor, tenantOf } from "../../test-support/service.mjs";

const { ada, grace, linked } = PEOPLE;
const FOREVER = Number.POSITIVE_INFINITY;
const GOOGLE = "google-oauth2";
const DELETE_TOKENS = "delete_refresh_tokens_for_user";
const LIST_TOKENS = "get_refresh_tokens_for_user";
const waiting = { waitUntilGone: true, timeoutMs: 5000 };
const patient = { retry: { maxAttempts: 3, maxDelayMs: 0 } };
const lost = { reset: "after" };
const page = { status: 200, body: "<p>Done", commit: true };
const absent = {
  status: 404,
  body: { statusCode: 404, error: "Not Found", message: "No.", errorCode: "inexistent_user" },
};

const stateOf = ({ effects = [] }, step) => effects.find((effect) => effect.step === step)?.state;

/** From the given one on, every request of this operation meets the fault. */
function faultFrom(tenant, operation, first, what) {
  let count = 0;
  const isMet = (request) => request.operation === operation && ++count >= first;
  tenant.fault(isMet, what, FOREVER);
}

for (const status of [400, 403, 429, 500]) {
  test(`what a trial of revoke-access ended is reported even if the deletes get ${status}`, async (t) => {
    const tenant = await tenantOf(t);
    const service = serviceFor(tenant, patient);
    tenant.fault("delete_sessions_for_user", { status }, FOREVER);
    const error = await rejection(service.revokeAllUserSessions(ada, waiting));
    assert.deepEqual([...tenant.sessions(ada), ...tenant.refreshTokens(ada)], []);
    assert.equal(stateOf(error, "sessions"), "done");
    assert.equal(stateOf(error, "refreshTokens"), "done");
  });
}

test("a trial of revoke-access whose response was lost leaves everything in doubt", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant, { retry: { maxAttempts: 1 } });
  tenant.fault("user_revoke_access", lost);
  tenant.fault("delete_sessions_for_user", { status: 403 });
  const error = await rejection(service.revokeAllUserSessions(ada, waiting));
  assert.equal(stateOf(error, "sessions"), "unknown");
  assert.equal(stateOf(error, "refreshTokens"), "unknown");
});

for (const status of [400, 403, 404, 429]) {
  test(`refresh tokens that were revoked once are in doubt when Auth0 rejects the retry with ${status}`, async (t) => {
    const tenant = await tenantOf(t);
    const service = serviceFor(tenant, { ...patient, revokeAccess: "never" });
    faultFrom(tenant, DELETE_TOKENS, 2, { status });
    const error = await rejection(service.revokeAllUserSessions(ada, waiting));
    assert.deepEqual(tenant.refreshTokens(ada), []);
    assert.equal(stateOf(error, "sessions"), "done");
    assert.equal(stateOf(error, "refreshTokens"), "unknown");
  });

  test(`a 200 for refresh tokens that cannot be read back (${status}) leaves them in doubt`, async (t) => {
    const tenant = await tenantOf(t);
    const service = serviceFor(tenant, patient);
    tenant.fault(DELETE_TOKENS, page);
    tenant.fault(LIST_TOKENS, { status }, FOREVER);
    const error = await rejection(service.revokeAllUserSessions(ada));
    assert.deepEqual(tenant.refreshTokens(ada), []);
    assert.equal(stateOf(error, "refreshTokens"), "unknown");
  });
}

test("a user who is absent at the second attempt does not deny what the first may have done", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant, patient);
  tenant.fault(DELETE_TOKENS, lost);
  tenant.fault(DELETE_TOKENS, absent);
  const error = await rejection(service.revokeAllUserSessions(ada));
  assert.deepEqual(tenant.refreshTokens(ada), []);
  assert.equal(stateOf(error, "refreshTokens"), "unknown");
});

test("a list with another user's refresh tokens does not prove that the user's are gone", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant, patient);
  tenant.fault(DELETE_TOKENS, { status: 200, body: "<p>Done" }, FOREVER);
  const ofAnother = ({ tokens }) => ({
    tokens: tokens.map((token) => ({ ...token, user_id: grace })),
  });
  tenant.fault(LIST_TOKENS, { change: ofAnother }, FOREVER);
  assert.ok(tenant.refreshTokens(ada).length > 0);
  const error = await rejection(service.revokeAllUserSessions({ id: ada }));
  assert.equal(stateOf(error, "refreshTokens"), "unknown");
});

for (const [name, last] of [
  ["a rejection", { status: 403 }],
  ["a rate limit", { status: 429, headers: { "retry-after": "3600" } }],
]) {
  test(`a renewed token and ${name} do not deny what an earlier attempt may have done`, async (t) => {
    const tenant = await tenantOf(t);
    const service = serviceFor(tenant, patient);
    tenant.fault("delete_sessions_for_user", lost);
    tenant.fault("delete_sessions_for_user", { status: 401 });
    tenant.fault("delete_sessions_for_user", last, FOREVER);
    const error = await rejection(service.revokeAllUserSessions(ada));
    assert.deepEqual(tenant.sessions(ada), []);
    assert.equal(stateOf(error, "sessions"), "unknown");
  });
}

test("a token that cannot be renewed does not deny what an earlier attempt may have done", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant, patient);
  await service.findUserSessions(ada);
  tenant.fault("revoke_session", lost);
  tenant.fault("revoke_session", { status: 401 });
  tenant.rotateSecret();
  const error = await rejection(service.revokeUserSession(ada, SESSIONS.adaIphone));
  assert.equal(error.code, "ERR_CONFIGURATION");
  assert.equal(tenant.session(SESSIONS.adaIphone), undefined);
  assert.equal(stateOf(error, "session"), "unknown");
});

/** The fault that reads of the account after the change meet. */
const UNREADABLE = {
  "is refused": { status: 403 },
  "meets a rate limit": { status: 429, headers: { "retry-after": "3600" } },
  "finds no user": absent,
};

for (const [name, fault] of Object.entries(UNREADABLE)) {
  test(`a link whose response names no user is in doubt while reading it back ${name}`, async (t) => {
    const tenant = await tenantOf(t);
    const token = await accessTokenOf(tenant, grace);
    const service = serviceFor(tenant, patient);
    tenant.fault("post_identities", { status: 200, body: [], commit: true });
    // The account, and the one that is connected.
    faultFrom(tenant, "get_users_by_id", 3, fault);
    const error = await rejection(service.connectSecondaryAccount(ada, GOOGLE, token));
    assert.equal(tenant.user(ada).identities.length, 2);
    assert.equal(stateOf(error, "link"), "unknown");
  });

  test(`an unlink whose response names no user is in doubt while reading it back ${name}`, async (t) => {
    const tenant = await tenantOf(t);
    const service = serviceFor(tenant, patient);
    tenant.fault("delete_user_identity_by_user_id", { status: 200, body: [], commit: true });
    faultFrom(tenant, "get_users_by_id", 2, fault);
    const [, { user_id: id }] = tenant.user(linked).identities;
    const call = service.disconnectSecondaryAccount(linked, { id, provider: GOOGLE });
    const error = await rejection(call);
    assert.equal(tenant.user(linked).identities.length, 1);
    assert.equal(stateOf(error, "unlink"), "unknown");
  });
}

// Ending everything with one request, on tenants where it was observed to do so.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { Auth0ApiError } from "@archie/auth0-user-security";
import { auditTrail } from "../../test-support/audit.mjs";
import { rejection, serviceFor, tenantOf } from "../../test-support/service.mjs";

const { ada, grace } = PEOPLE;
const FOREVER = Number.POSITIVE_INFINITY;
const impatient = { retry: { maxAttempts: 1 } };
const effect = (step, state) => ({ step, state });
const operations = (tenant) => tenant.requests.map(({ operation }) => operation);

const ALL_SCOPES = [
  "read:users",
  "read:sessions",
  "delete:sessions",
  "read:refresh_tokens",
  "delete:refresh_tokens",
];

/** A tenant whose user has a session, and refresh tokens with and without a session. */
async function tenantWithTokens(t, options) {
  const tenant = await tenantOf(t, options);
  tenant.setScopes(ALL_SCOPES);
  for (const user_id of [ada, grace]) {
    tenant.addRefreshToken({ user_id, session_id: tenant.sessions(user_id)[0].id });
    tenant.addRefreshToken({ user_id, session_id: null });
  }
  return tenant;
}

const usesOneCall = (tenant) => !operations(tenant).includes("delete_sessions_for_user");

test("revoke-access replaces the deletes once it was observed to end everything", async (t) => {
  const tenant = await tenantWithTokens(t);
  const service = serviceFor(tenant);
  await service.revokeAllUserSessions(ada, { waitUntilGone: true });
  assert.ok(operations(tenant).includes("user_revoke_access"));
  assert.ok(!usesOneCall(tenant), "the deletes followed the trial");
  tenant.reset();
  tenant.setScopes(ALL_SCOPES);
  await service.revokeAllUserSessions(grace);
  assert.deepEqual(
    operations(tenant).filter((name) => name !== "oauth_token"),
    ["user_revoke_access"],
  );
  assert.deepEqual([...tenant.sessions(grace), ...tenant.refreshTokens(grace)], []);
});

test("revoke-access is not used where it does less than everything", async (t) => {
  const tenant = await tenantWithTokens(t);
  const service = serviceFor(tenant);
  const onlyAccepts = { status: 202, body: {} };
  tenant.fault("user_revoke_access", onlyAccepts, FOREVER);
  const options = { waitUntilGone: true };
  await service.revokeAllUserSessions(ada, options);
  assert.deepEqual([...tenant.sessions(ada), ...tenant.refreshTokens(ada)], []);
  await service.revokeAllUserSessions(grace, options);
  const trials = operations(tenant).filter((name) => name === "user_revoke_access");
  assert.equal(trials.length, 1, "it is not tried again");
  assert.deepEqual([...tenant.sessions(grace), ...tenant.refreshTokens(grace)], []);
});

test("without the scope to read refresh tokens, revoke-access is not tried", async (t) => {
  const tenant = await tenantWithTokens(t);
  tenant.setScopes(ALL_SCOPES.filter((scope) => scope !== "read:refresh_tokens"));
  await serviceFor(tenant).revokeAllUserSessions(ada, { waitUntilGone: true });
  assert.ok(!operations(tenant).includes("user_revoke_access"));
});

test("revokeAccess: always sends this one request, never does not send it", async (t) => {
  const tenant = await tenantWithTokens(t);
  await serviceFor(tenant, { revokeAccess: "always" }).revokeAllUserSessions(ada);
  assert.ok(usesOneCall(tenant));
  assert.deepEqual([...tenant.sessions(ada), ...tenant.refreshTokens(ada)], []);
  const never = serviceFor(tenant, { revokeAccess: "never" });
  await never.revokeAllUserSessions(grace, { waitUntilGone: true });
  const sent = operations(tenant).filter((name) => name === "user_revoke_access");
  assert.equal(sent.length, 1);
});

test("with revokeAccess always, a failure leaves both effects unknown", async (t) => {
  const tenant = await tenantWithTokens(t);
  tenant.fault("user_revoke_access", { reset: "after" });
  const service = serviceFor(tenant, { ...impatient, revokeAccess: "always" });
  const error = await rejection(service.revokeAllUserSessions(ada));
  assert.ok(error instanceof Auth0ApiError);
  const unknown = [effect("sessions", "unknown"), effect("refreshTokens", "unknown")];
  assert.deepEqual(error.effects, unknown);
});

test("an event reports refresh tokens as revoked only if they were observed to be gone", async (t) => {
  const tenant = await tenantWithTokens(t);
  const service = serviceFor(tenant, { revokeAccess: "never" });
  const trail = auditTrail(t);
  await service.revokeAllUserSessions(ada);
  await service.revokeAllUserSessions(grace, { waitUntilGone: true });
  await service.revokeAllUserSessions({ email: "linus@example.com" });
  const [accepted, revoked, byEmail] = await trail.events(3);
  assert.equal(accepted.refreshTokens, "accepted");
  assert.equal(revoked.refreshTokens, "revoked");
  assert.ok(revoked.sessionsEnded > 0 && revoked.refreshTokensEnded >= 2);
  assert.deepEqual(byEmail.target, { email: "linus@example.com", userId: PEOPLE.linus });
});

// The ten numbered examples of the original package's README and its bulk examples run unchanged.

import assert from "node:assert/strict";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import {
  AccountLinkingError,
  SessionNotFoundError,
  UserAuthenticationMethodProvider,
  UserNotFoundError,
} from "@archie/auth0-user-security";
import { CALLBACK, identitiesOf, signInOn } from "../../test-support/connection.mjs";
import { original, originalStage, RISKY } from "../../test-support/original-stage.mjs";

const { ada, grace, linked } = PEOPLE;
const ADA = "ada@example.com";
const NOBODY = "nobody@example.com";
const KATHERINE = "katherine@example.com";

const stage = originalStage();

original("1. lists sessions with details", async () => {
  const { getUserSessionsWithDetails } = await stage.load("examples");
  assert.equal((await getUserSessionsWithDetails(ADA)).length, 5);
  assert.equal(stage.printed[0], `User ${ADA} has 5 active sessions:`);
  assert.ok(stage.printed.includes("  - Name: Chrome 120.0.0"));
  assert.ok(stage.printed.includes("  - Platform: Windows 10"));
  await assert.rejects(getUserSessionsWithDetails(NOBODY), UserNotFoundError);
  assert.equal(stage.printed.at(-1), `User not found: ${NOBODY}`);
});

original("2. revokes one session, and none of another user", async () => {
  const { revokeSpecificSession } = await stage.load("examples");
  assert.equal(await revokeSpecificSession(ADA, SESSIONS.adaIphone), true);
  assert.equal(stage.printed.at(-1), `✅ Session ${SESSIONS.adaIphone} revoked successfully`);
  await assert.rejects(revokeSpecificSession(ADA, SESSIONS.graceTablet), SessionNotFoundError);
  assert.equal(stage.printed.at(-1), "Session not found or does not belong to user");
  assert.ok(stage.tenant.session(SESSIONS.graceTablet));
});

original("3. revokes all sessions", async () => {
  const { revokeAllUserSessions } = await stage.load("examples");
  assert.equal(await revokeAllUserSessions(ADA), true);
  assert.deepEqual(stage.tenant.sessions(ada), []);
});

original("4. revokes all sessions but the current one", async () => {
  const { revokeAllOtherSessions } = await stage.load("examples");
  assert.equal(await revokeAllOtherSessions(ADA, SESSIONS.adaWindows), 4);
  assert.equal(stage.printed.at(-1), "✅ Revoked 4 out of 4 sessions");
  assert.ok(stage.tenant.session(SESSIONS.adaWindows));
});

original("5. lists sign-in methods, and checks for a specific one", async () => {
  const { displayUserAuthMethods, hasAuthenticationMethod } = await stage.load("examples");
  assert.equal((await displayUserAuthMethods(KATHERINE)).length, 2);
  assert.ok(stage.printed.includes("  - Provider: google-oauth2"));
  assert.ok(stage.printed.includes("  - Username: katherine@gmail.example"));
  const { GOOGLE, GITHUB } = UserAuthenticationMethodProvider;
  assert.equal(await hasAuthenticationMethod(KATHERINE, GOOGLE), true);
  assert.equal(await hasAuthenticationMethod(KATHERINE, GITHUB), false);
});

original("6. and 9. create a connection URL and connect the account that signed in", async () => {
  const example = await stage.load("examples");
  const provider = UserAuthenticationMethodProvider.GOOGLE;
  const ticket = await example.completeOAuthFlow(ADA, provider, CALLBACK);
  assert.ok(stage.printed.includes(`📱 Provider: ${provider}`));
  const { code } = await signInOn(stage.tenant, ticket, grace);

  const methods = await example.connectSecondaryAccount(ADA, CALLBACK, code);
  assert.deepEqual(
    methods.map((method) => method.provider),
    ["email-password", "google-oauth2"],
  );
  assert.deepEqual(identitiesOf(stage.tenant, ada), [ada, grace]);
  assert.equal(stage.printed.at(-1), "  2. google-oauth2 (grace@example.com)");

  const again = example.connectSecondaryAccount(ADA, CALLBACK, code);
  await assert.rejects(again, AccountLinkingError);
});

original("7. disconnects an account", async () => {
  const { disconnectSecondaryAccount } = await stage.load("examples");
  const provider = UserAuthenticationMethodProvider.GOOGLE;
  const id = "115015401343387192604";
  const methods = await disconnectSecondaryAccount(KATHERINE, id, provider);
  assert.equal(methods.length, 1);
  assert.deepEqual(identitiesOf(stage.tenant, linked), [linked]);
});

original("8. creates a password ticket", async () => {
  const { initiatePasswordChange } = await stage.load("examples");
  const ticket = await initiatePasswordChange(ADA, "https://app.example.com/done");
  assert.match(ticket.redirect, /^http:\/\/127\.0\.0\.1:\d+\//);
  assert.ok(stage.printed.includes(`Ticket URL: ${ticket.redirect}`));
});

original("10. shows a dashboard", async () => {
  const { getUserSecurityDashboard } = await stage.load("examples");
  const { sessions, methods, ...dashboard } = await getUserSecurityDashboard(ADA);
  assert.deepEqual([sessions.length, methods.length], [5, 1]);
  assert.deepEqual(dashboard, {
    user: ADA,
    summary: {
      totalSessions: 5,
      totalAuthMethods: 1,
      hasSocialAuth: false,
      hasPrimaryAuth: true,
    },
  });
});

original("bulk revocation continues after a failure", async () => {
  const { bulkRevokeUserSessions } = await stage.load("bulk");
  const results = await bulkRevokeUserSessions([ADA, NOBODY, "grace@example.com"]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["success", "error", "success"],
  );
  assert.deepEqual([...stage.tenant.sessions(ada), ...stage.tenant.sessions(grace)], []);
});

original("the audit report counts sessions, methods and providers", async () => {
  const { generateSecurityAuditReport } = await stage.load("bulk");
  const report = await generateSecurityAuditReport([ADA, KATHERINE, RISKY.email, NOBODY]);
  assert.deepEqual([report.totalSessions, report.totalAuthMethods], [9, 4]);
  assert.deepEqual(report.statistics.mostCommonProviders, {
    "email-password": 2,
    "google-oauth2": 1,
    github: 1,
  });
  const [first, , risky, nobody] = report.userDetails;
  assert.ok(first.lastActivity instanceof Date);
  assert.deepEqual([risky.riskLevel, nobody.riskLevel], ["high", "unknown"]);
});

original("the emergency response ends the sessions of high-risk users only", async () => {
  const { emergencySecurityResponse } = await stage.load("bulk");
  const [calm, risky] = await emergencySecurityResponse([ADA, RISKY.email]);
  assert.equal(calm.action, "no_action_required");
  assert.equal(stage.tenant.sessions(ada).length, 6);
  assert.deepEqual(stage.tenant.sessions(RISKY.id), []);
  // By its scoring only users without a password are at high risk, and they cannot get a ticket.
  assert.equal(risky.action, "error");
  assert.match(risky.error, /has no password/);
});

/** What the loops of the README return, for the same users on the same tenant. */
const EVERYBODY = [ADA, KATHERINE, RISKY.email, NOBODY];
/** Only the fields that the README has, without the moments in time and the links made for one call. */
const inItsTerms = (ours, original) => {
  const passing = ["timestamp", "generatedAt", "passwordResetUrl"];
  const keys = Object.keys(original).filter((key) => !passing.includes(key));
  return Object.fromEntries(keys.map((key) => [key, ours[key]]));
};

original("the bulk revocation of this package has the values of the README's loop", async () => {
  const { bulkRevokeUserSessions } = await stage.load("bulk");
  const expected = await bulkRevokeUserSessions(EVERYBODY);
  const results = await stage.service().bulkRevokeUserSessions(EVERYBODY);
  assertEqualInItsTerms(results, expected);
});

original("the audit report of this package has the values of the README's loop", async () => {
  const { generateSecurityAuditReport } = await stage.load("bulk");
  const expected = await generateSecurityAuditReport(EVERYBODY);
  const { userDetails, ...report } = await stage.service().generateSecurityAuditReport(EVERYBODY);
  assertEqualInItsTerms(userDetails, expected.userDetails);
  const { userDetails: _, generatedAt, ...totals } = expected;
  assert.deepEqual(inItsTerms(report, totals), totals);
});

original("the emergency response of this package has the values of the README's loop", async () => {
  const { emergencySecurityResponse } = await stage.load("bulk");
  const redirectUrl = "https://yourapp.com/password-reset-complete";
  const service = stage.service();
  const before = await service.emergencySecurityResponse(EVERYBODY, { redirectUrl, dryRun: true });
  const expected = await emergencySecurityResponse(EVERYBODY);
  assertEqualInItsTerms(before, expected);
});

function assertEqualInItsTerms(ours, expected) {
  assert.equal(ours.length, expected.length);
  for (const [index, result] of expected.entries()) {
    const { timestamp, passwordResetUrl, ...terms } = result;
    assert.deepEqual(inItsTerms(ours[index], terms), terms);
  }
}

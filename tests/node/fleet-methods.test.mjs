// What each method for many users does for one of them.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { rejection, serviceFor, sharedTenant, writes } from "../../test-support/service.mjs";

const { ada, grace } = PEOPLE;
/** One session and a password: nothing to worry about. */
const CALM = "auth0|calm";
const REDIRECT = "https://app.example.com/done";

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant);
  tenant.addUser({ user_id: CALM, email: "calm@example.com" });
  tenant.addSession({ user_id: CALM });
});

const routes = () => writes(tenant).map(({ method, url }) => `${method} ${url.split("/")[3]}`);

test("an audit shows sessions, methods, devices and the reasons for the risk of every user", async () => {
  const report = await service.generateSecurityAuditReport([ada, "grace@example.com", "auth0|no"]);
  const [first, second, unknown] = report.userDetails;
  const dashboard = await service.getUserSecurityDashboard(ada);
  const { level, score, signals } = service.explainRisk(dashboard.sessions, dashboard.methods);
  assert.equal(first.userEmail, "ada@example.com");
  assert.equal(first.sessionsCount, dashboard.sessions.length);
  assert.deepEqual(first.lastActivity, dashboard.sessions[0].lastActivityAt);
  assert.deepEqual(first.riskSignals, signals);
  assert.deepEqual([first.riskLevel, first.riskScore], [level, score]);
  const devices = dashboard.sessions.map(({ browser, os }) => `${browser} on ${os}`);
  assert.deepEqual(first.devices, [...new Set(devices)]);
  assert.deepEqual(first.addresses, [...new Set(dashboard.sessions.map(({ address }) => address))]);
  assert.equal(second.hasSocialAuth, true);
  assert.deepEqual([unknown.riskLevel, unknown.code], ["unknown", "ERR_USER_NOT_FOUND"]);
  assert.deepEqual([report.totalUsers, report.totalSessions], [3, 7]);
});

test("an audit weighs risks by a policy", async () => {
  const policy = { signals: { severalSessions: 10 } };
  const { userDetails } = await service.generateSecurityAuditReport([grace], { policy });
  assert.equal(userDetails[0].riskLevel, "high");
  assert.equal(userDetails[0].riskSignals[0].id, "severalSessions");
  const wrong = service.generateSecurityAuditReport([grace], { policy: { signals: { nope: 1 } } });
  assert.match((await rejection(wrong)).message, /policy\.signals\.nope/);
});

test("an emergency response acts on users at high risk only", async () => {
  const policy = { thresholds: { high: 2, medium: 1 } };
  const options = { redirectUrl: REDIRECT, policy };
  const results = await service.emergencySecurityResponse([ada, CALM], options);
  assert.deepEqual(
    results.map(({ action, riskLevel }) => [action, riskLevel]),
    [
      ["sessions_revoked_password_reset_sent", "high"],
      ["no_action_required", "low"],
    ],
  );
  assert.match(results[0].passwordResetUrl, /ticket=/);
  assert.ok(results[0].passwordResetExpiresAt > new Date());
  assert.equal(results[0].sessionsRevoked, true);
  assert.deepEqual(routes(), ["DELETE users", "DELETE users", "POST tickets"]);
  assert.deepEqual(tenant.sessions(ada), []);
  assert.ok(tenant.sessions(CALM).length > 0);
});

test("with lock users are blocked first, and get no ticket", async () => {
  const options = { redirectUrl: REDIRECT, lock: true, minRiskLevel: "low" };
  const [result] = await service.emergencySecurityResponse([ada], options);
  assert.equal(result.action, "user_blocked_sessions_revoked");
  assert.equal(result.passwordResetUrl, undefined);
  assert.deepEqual(routes(), ["PATCH users", "DELETE users", "DELETE users"]);
  assert.equal(tenant.user(ada).blocked, true);
});

test("with lock and ticket the result says that a password reset lifts the block", async () => {
  const options = { redirectUrl: REDIRECT, lock: true, ticket: true, minRiskLevel: "low" };
  const [result] = await service.emergencySecurityResponse([ada], options);
  assert.equal(result.action, "user_blocked_sessions_revoked_password_reset_sent");
  assert.equal(result.blockedUntil, "passwordReset");
  assert.deepEqual(routes(), ["PATCH users", "DELETE users", "DELETE users", "POST tickets"]);
});

test("a user whom an administrator has blocked gets no ticket, also if it is asked for", async () => {
  await service.blockUser(ada);
  const options = { redirectUrl: REDIRECT, ticket: true, minRiskLevel: "low" };
  const [result] = await service.emergencySecurityResponse([ada], options);
  assert.deepEqual([result.action, result.code], ["error", "ERR_ACCOUNT_PROTECTION"]);
  assert.equal(result.passwordResetUrl, undefined);
});

test("a ticket is for the password of the connection that was named", async () => {
  const user = { id: ada, connection: "none-of-hers" };
  const options = { redirectUrl: REDIRECT, minRiskLevel: "low" };
  const [result] = await service.emergencySecurityResponse([user], options);
  assert.match(result.error, /^The user has no password in the connection that was named/);
});

test("without a ticket the sessions end all the same", async () => {
  const options = { ticket: false, minRiskLevel: "low" };
  const [result] = await service.emergencySecurityResponse([ada], options);
  assert.equal(result.action, "sessions_revoked");
  assert.deepEqual(routes(), ["DELETE users", "DELETE users"]);
});

test("a failed ticket leaves the result with what was done before it", async () => {
  const options = { redirectUrl: REDIRECT, minRiskLevel: "low" };
  const [result] = await service.emergencySecurityResponse([grace], options);
  assert.equal(result.action, "error");
  assert.match(result.error, /^The user has no password/);
  assert.equal(result.sessionsRevoked, true);
  assert.deepEqual(
    result.effects.map(({ step, state }) => [step, state]),
    [
      ["sessions", "done"],
      ["refreshTokens", "done"],
    ],
  );
});

for (const [options, message] of [
  [{}, /^options\.redirectUrl must be the URL/],
  [{ redirectUrl: "javascript:alert(1)" }, /redirectUrl/],
  [{ redirectUrl: REDIRECT, minRiskLevel: "severe" }, /^options\.minRiskLevel must be "low"/],
]) {
  test(`an emergency response with ${JSON.stringify(options)} is refused once`, async () => {
    const error = await rejection(service.emergencySecurityResponse([ada, grace], options));
    assert.match(error.message, message);
    assert.equal(tenant.requests.length, 0);
  });
}

test("tickets are made for everybody with a password", async () => {
  const options = { redirectUrl: REDIRECT, ttlSeconds: 600 };
  const results = await service.bulkGeneratePasswordChangeTickets([ada, grace, CALM], options);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["success", "error", "success"],
  );
  assert.match(results[0].passwordResetUrl, /ticket=/);
  const minutes = (results[0].expiresAt.getTime() - Date.now()) / 60_000;
  assert.ok(minutes > 9 && minutes <= 10);
});

test("a ticket of a blocked user is made only with allowBlocked", async () => {
  await service.blockUser(ada);
  const [refused] = await service.bulkGeneratePasswordChangeTickets([ada]);
  assert.equal(refused.code, "ERR_ACCOUNT_PROTECTION");
  const options = { allowBlocked: true };
  const [made] = await service.bulkGeneratePasswordChangeTickets([ada], options);
  assert.equal(made.blockedUntil, "passwordReset");
});

test("users are blocked, and the result says which sessions are left", async () => {
  const [result] = await service.bulkBlockUsers(["ada@example.com"]);
  assert.deepEqual([result.status, result.sessions, result.userId], ["success", "live", ada]);
  assert.equal(tenant.user(ada).blocked, true);
});

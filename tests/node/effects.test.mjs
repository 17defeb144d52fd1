// Success means done; a failure reports what was done; what has begun is completed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { SessionNotFoundError, TimeoutError } from "@archie/auth0-user-security";
import { auditTrail } from "../../test-support/audit.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { announced, held, scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, tenantOf, writes } from "../../test-support/service.mjs";

const { ada } = PEOPLE;
const { adaIphone, adaWindows } = SESSIONS;
const FOREVER = Number.POSITIVE_INFINITY;
const impatient = { retry: { maxAttempts: 1 } };
const plain403 = { status: 403, body: { statusCode: 403, error: "Forbidden", message: "No." } };
const effect = (step, state, count) => ({ step, state, ...(count !== undefined && { count }) });

const idsOf = (rows) => rows.map(({ id }) => id);

test("a failure before the first change has no effects", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant, impatient);
  tenant.fault("delete_sessions_for_user", plain403);
  const error = await rejection(service.revokeAllUserSessions(ada));
  assert.equal("effects" in error, false);
  const unknown = await rejection(service.revokeUserSession(ada, "none"));
  assert.equal("effects" in unknown, false);
});

test("a failure between two changes says which of them was made", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant, impatient);
  for (const status of [400, 403, 404, 409, 429, 500]) {
    tenant.fault("delete_refresh_tokens_for_user", { status });
    const error = await rejection(service.revokeAllUserSessions(ada, { timeoutMs: 5000 }));
    const state = status === 500 ? "unknown" : "notDone";
    assert.deepEqual(error.effects, [effect("sessions", "done"), effect("refreshTokens", state)]);
    assert.deepEqual(error.toJSON().effects, error.effects);
  }
});

test("a change whose response was lost is in doubt", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant, impatient);
  tenant.fault("delete_sessions_for_user", { reset: "after" });
  const all = await rejection(service.revokeAllUserSessions(ada));
  const notDone = effect("refreshTokens", "notDone");
  assert.deepEqual(all.effects, [effect("sessions", "unknown"), notDone]);
  tenant.fault("post_password-change", { hang: "after" });
  const options = { timeoutMs: 500 };
  const ticket = await rejection(service.generatePasswordChangeTicket(ada, options));
  assert.deepEqual(ticket.effects, [effect("ticket", "unknown")]);
});

test("a first attempt that is in doubt stays so when Auth0 rejects the second", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant, { retry: { maxAttempts: 2, maxDelayMs: 0 } });
  tenant.fault("delete_sessions_for_user", { reset: "after" });
  tenant.fault("delete_sessions_for_user", plain403);
  const error = await rejection(service.revokeAllUserSessions(ada));
  assert.equal(error.effects[0].state, "unknown");
});

test("of several sessions, the effects count those that ended", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant, impatient);
  tenant.fault("revoke_session", plain403);
  const error = await rejection(service.revokeOtherUserSessions(ada, adaWindows));
  const counts = Object.fromEntries(error.effects.map(({ state, count }) => [state, count]));
  assert.deepEqual(counts, { done: 4, notDone: 1 });
  assert.ok(error.effects.every(({ step }) => step === "session"));
});

test("no warning describes an effect of a call that failed", async (t) => {
  const tenant = await tenantOf(t);
  tenant.setScopes(["read:users", "read:sessions", "delete:sessions"]);
  const logger = recordingLogger();
  const service = serviceFor(tenant, impatient, logger);
  tenant.fault("delete_session", { status: 500 });
  await rejection(service.revokeUserSession(ada, adaIphone));
  await service.revokeUserSession(ada, adaWindows);
  await logger.count(1);
  assert.equal(logger.lines.length, 1);
  const [{ message, details }] = logger.lines;
  assert.match(message, /^auth0-user-security: Refresh tokens of the revoked session stay valid/);
  assert.equal(details.operation, "revokeUserSession");
  assert.match(details.correlationId, /^[0-9a-f]{32}$/);
});

/** Every point at which a caller can abort: after how many requests. */
for (const point of [1, 2, 3, 4]) {
  test(`an abort at request ${point} of revokeAllUserSessions leaves nothing half-done`, async (t) => {
    const tenant = await tenantOf(t);
    const service = serviceFor(tenant);
    const trail = auditTrail(t);
    const controller = new AbortController();
    let seen = 0;
    const atPoint = () => {
      seen += 1;
      if (seen === point) controller.abort("enough");
      return false;
    };
    tenant.fault(atPoint, { status: 500 }, FOREVER);
    const call = service.revokeAllUserSessions({ id: ada }, { signal: controller.signal });
    const outcome = await call.catch((reason) => reason);
    assert.ok(outcome === "enough" || point > 3, String(outcome));
    const [event] = await trail.events(1);
    const left = tenant.sessions(ada).length + tenant.refreshTokens(ada).length;
    const states = event.effects.map(({ state }) => state);
    if (left === 0) assert.deepEqual(states, ["done", "done"]);
    else
      assert.deepEqual(
        [tenant.sessions(ada).length > 0, new Set(states)],
        [true, notBegun(states)],
      );
  });
}

/** Before the first change, no step was planned, or none was done. */
function notBegun(states) {
  return new Set(states.length > 0 ? ["notDone"] : []);
}

test("an abort rejects at once with the reason of its signal, while the core completes", async (t) => {
  const gate = held();
  const { asked, response } = announced(gate.promise);
  const server = await scriptedServer(t, { api: response });
  const controller = new AbortController();
  const { signal } = controller;
  const call = rejection(serviceFor(server).revokeAllUserSessions(ada, { signal }));
  await asked;
  const reason = new Error("the browser left");
  controller.abort(reason);
  assert.equal(await call, reason);
  assert.equal("effects" in reason, false);
  const trail = auditTrail(t);
  gate.release({ status: 202 });
  const [{ outcome, effects }] = await trail.events(1);
  assert.equal(outcome, "cancelled");
  assert.deepEqual(effects, [effect("sessions", "done"), effect("refreshTokens", "done")]);
  assert.equal(writes(server).length, 2);
});

test("after an abort no further session is ended", async (t) => {
  const sessions = Array.from({ length: 40 }, (_, index) => ({ id: `s${index}`, user_id: ada }));
  const controller = new AbortController();
  const api = ({ method }) => {
    if (method === "GET") return { sessions };
    controller.abort("enough");
    return { status: 202 };
  };
  const server = await scriptedServer(t, { api });
  const trail = auditTrail(t);
  const { signal } = controller;
  const call = serviceFor(server).revokeOtherUserSessions(ada, "s0", { signal });
  assert.equal(await rejection(call), "enough");
  const [{ effects }] = await trail.events(1);
  const done = effects.find(({ state }) => state === "done").count;
  assert.equal(done, writes(server).length);
  assert.ok(done <= 8, `${done} sessions`);
  assert.equal(effects.find(({ state }) => state === "notDone").count, 39 - done);
});

test("waiting ends when the listed sessions are gone, although the user has signed in again", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant);
  tenant.fault(signInAgain(tenant), { status: 500 }, FOREVER);
  await service.revokeAllUserSessions(ada, { waitUntilGone: true, timeoutMs: 5000 });
  assert.deepEqual(idsOf(tenant.sessions(ada)), ["again"]);
});

/** Adds a new session as soon as the sessions are deleted. */
function signInAgain(tenant) {
  return ({ operation }) => {
    const isGone = operation === "get_sessions_for_user" && tenant.sessions(ada).length === 0;
    if (isGone) tenant.addSession({ id: "again", user_id: ada });
    return false;
  };
}

test("a refresh token issued during the revocation of its session is revoked too", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant);
  let lists = 0;
  const mint = ({ operation }) => {
    if (operation === "get_sessions_for_user") lists += 1;
    // Between the deletes and reading back what they did.
    if (operation === "get_sessions_for_user" && lists === 2) {
      tenant.addRefreshToken({ id: "minted", user_id: ada });
    }
    return false;
  };
  tenant.fault(mint, { status: 500 }, FOREVER);
  await service.revokeAllUserSessions(ada, { waitUntilGone: true, timeoutMs: 5000 });
  assert.deepEqual(tenant.refreshTokens(ada), []);
});

test("a wait that reaches the deadline leaves in doubt what Auth0 had accepted", async (t) => {
  const tenant = await tenantOf(t, { deleteDelay: 3_600_000 });
  const service = serviceFor(tenant);
  await service.findUserSessions(ada);
  const options = { waitUntilGone: true, timeoutMs: 800 };
  const error = await rejection(service.revokeAllUserSessions(ada, options));
  assert.equal(error.constructor, TimeoutError);
  assert.equal(error.effects[0].step, "sessions");
  assert.equal(error.effects[0].state, "unknown");
});

test("a stale id keeps no session, and the event says so", async (t) => {
  const tenant = await tenantOf(t);
  const trail = auditTrail(t);
  await serviceFor(tenant).revokeOtherUserSessions(ada, "stale");
  const [event] = await trail.events(1);
  assert.equal(event.target.keptSessionId, null);
  assert.deepEqual(tenant.sessions(ada), []);
});

test("requireCurrent changes nothing for a stale or foreign id", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant);
  for (const id of ["stale", SESSIONS.graceTablet]) {
    const call = service.revokeOtherUserSessions(ada, id, { requireCurrent: true });
    const error = await rejection(call);
    assert.equal(error.constructor, SessionNotFoundError);
  }
  assert.deepEqual(writes(tenant), []);
  const options = { requireCurrent: true };
  assert.equal(await service.revokeOtherUserSessions(ada, adaWindows, options), 4);
  assert.deepEqual(idsOf(tenant.sessions(ada)), [adaWindows]);
});

test("Auth0's list decides which sessions are ended, the local clock only which are counted", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant);
  const before = tenant.sessions(ada).length;
  const listed = await service.findUserSessions(ada);
  const count = await service.revokeOtherUserSessions(ada, adaWindows);
  assert.equal(count, listed.length - 1);
  assert.ok(before > listed.length, "one has expired by this machine's clock");
  assert.deepEqual(idsOf(tenant.sessions(ada)), [adaWindows]);
});

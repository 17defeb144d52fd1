// A limit of sessions: the oldest end, whoever counts them.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { auditTrail } from "../../test-support/audit.mjs";
import { rejection, serviceFor, sharedTenant, writes } from "../../test-support/service.mjs";

const { sms } = PEOPLE;

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant, { retry: { maxAttempts: 3, maxDelayMs: 0 } });
});

/** Sessions of one user, the first the oldest. */
function sessions(count) {
  return Array.from({ length: count }, (_, index) => {
    const created_at = new Date(tenant.clock.now() - (count - index) * 60_000).toISOString();
    return tenant.addSession({ user_id: sms, created_at }).id;
  });
}

const left = () =>
  tenant
    .sessions(sms)
    .map(({ id }) => id)
    .sort();

test("the oldest sessions end, with their refresh tokens", async (t) => {
  const trail = auditTrail(t);
  const ids = sessions(5);
  assert.equal(await service.limitUserSessions({ sub: sms }, { max: 2 }), 3);
  assert.deepEqual(left(), ids.slice(3).sort());
  assert.ok(writes(tenant).every(({ operation }) => operation === "revoke_session"));
  const [event] = await trail.events(1);
  assert.equal(event.action, "session.limit");
  assert.deepEqual(event.target, { userId: sms, max: 2 });
  assert.equal(event.sessionsEnded, 3);
});

test("sessions to keep are never ended, however old", async () => {
  const ids = sessions(5);
  const [oldest, second, , , newest] = ids;
  const ended = await service.limitUserSessions(sms, {
    max: 3,
    keep: [second],
    currentSessionId: oldest,
  });
  assert.equal(ended, 2);
  assert.deepEqual(left(), [oldest, second, newest].sort());
});

test("two processes at once choose the same sessions", async () => {
  const ids = sessions(6);
  const other = serviceFor(tenant);
  const limit = { max: 2 };
  const counts = await Promise.all([
    service.limitUserSessions(sms, limit),
    other.limitUserSessions(sms, limit),
  ]);
  assert.deepEqual(left(), ids.slice(4).sort());
  assert.ok(
    counts.every((count) => count <= 4),
    String(counts),
  );
});

test("with no more sessions than allowed, nothing is sent that changes something", async () => {
  sessions(2);
  assert.equal(await service.limitUserSessions(sms, { max: 2 }), 0);
  assert.deepEqual(writes(tenant), []);
});

test("with requireCurrent, an id that is not the user's changes nothing", async () => {
  sessions(3);
  for (const currentSessionId of ["stale", SESSIONS.graceTablet]) {
    const options = { max: 1, currentSessionId, requireCurrent: true };
    const error = await rejection(service.limitUserSessions(sms, options));
    assert.equal(error.code, "ERR_SESSION_NOT_FOUND");
  }
  assert.deepEqual(writes(tenant), []);
  const [, , currentSessionId] = sessions(3);
  const options = { max: 1, currentSessionId, requireCurrent: true };
  assert.equal(await service.limitUserSessions(sms, options), 5);
  assert.deepEqual(left(), [currentSessionId]);
});

test("the local clock does not decide which sessions end", async () => {
  const [oldest, middle, newest] = sessions(3);
  const past = new Date(Date.now() - 1000).toISOString();
  const expired = (value) => {
    value.sessions.find(({ id }) => id === newest).idle_expires_at = past;
    return value;
  };
  tenant.fault("get_sessions_for_user", { change: expired }, Number.POSITIVE_INFINITY);
  assert.equal(await service.limitUserSessions(sms, { max: 2 }), 1);
  assert.deepEqual(left(), [middle, newest].sort());
  assert.ok(!left().includes(oldest));
});

for (const [options, message] of [
  [{ max: 1, currentSessionId: undefined }, /options\.currentSessionId has no value/],
  [{ max: 1, currentSessionId: "" }, /options\.currentSessionId has no value/],
  [{ max: 1, requireCurrent: true }, /options\.currentSessionId has no value/],
  [undefined, /options\.max must be a whole number from 1 to 10000/],
  [{ max: 0 }, /options\.max .* use revokeAllUserSessions/],
  [{ max: 1.5 }, /options\.max/],
  [{ max: "3" }, /options\.max must be a number/],
  [{ max: 1, keep: ["a", "b"] }, /name 2 sessions, but options\.max is 1/],
  [{ max: 1, keep: ["a"], currentSessionId: "b" }, /name 2 sessions/],
  [{ max: 1, keep: "a" }, /options\.keep must be an array/],
]) {
  test(`${JSON.stringify(options)} is refused before any request`, async () => {
    const error = await rejection(service.limitUserSessions(sms, options));
    assert.ok(error instanceof TypeError, String(error));
    assert.match(error.message, message);
    assert.deepEqual(tenant.requests, []);
  });
}

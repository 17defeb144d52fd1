// Sessions are listed in full and revoked in both forms.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { manySessions, PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { SessionNotFoundError, TimeoutError } from "@archie/auth0-user-security";
import {
  rejection,
  serviceFor,
  sharedTenant,
  tenantOf,
  writes,
} from "../../test-support/service.mjs";

const { ada, grace } = PEOPLE;
const LIVE_SESSIONS_OF_ADA = 5;

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant);
});

const idsOf = (sessions) => sessions.map(({ id }) => id);

test("a user may be identified by id, sub, user_id or email", async () => {
  const expected = idsOf(await service.findUserSessions(ada));
  assert.equal(expected.length, LIVE_SESSIONS_OF_ADA);
  for (const user of [
    { id: ada },
    { sub: ada },
    { user_id: ada },
    { email: "ada@example.com" },
    { id: ada, sub: ada, user_id: ada, email: "grace@example.com" },
    { id: null, sub: undefined, user_id: ada },
  ]) {
    assert.deepEqual(idsOf(await service.findUserSessions(user)), expected, JSON.stringify(user));
  }
});

test("all pages are read", async () => {
  tenant.addUser({ user_id: "auth0|busy" });
  const added = manySessions("auth0|busy", 130).map((session) => tenant.addSession(session).id);
  const sessions = await service.findUserSessions("auth0|busy");
  assert.deepEqual(idsOf(sessions), added);
  const pages = tenant.requests.filter(({ template }) => template?.endsWith("/sessions"));
  assert.deepEqual(
    pages.map(({ query }) => query.take),
    ["50", "50", "50"],
  );
});

test("a session that is on two pages is listed, counted and ended once", async () => {
  tenant.fault("get_sessions_for_user", { repeatCursor: true });
  assert.equal((await service.findUserSessions(ada)).length, LIVE_SESSIONS_OF_ADA);
  tenant.fault("get_sessions_for_user", { repeatCursor: true });
  const others = await service.revokeOtherUserSessions(ada, SESSIONS.adaWindows);
  assert.equal(others, LIVE_SESSIONS_OF_ADA - 1);
  // A session that has expired by the local clock is ended too, because Auth0 lists it.
  assert.equal(writes(tenant).length, LIVE_SESSIONS_OF_ADA);
});

test("an empty last page is not an error", async (t) => {
  const trailing = await tenantOf(t, { quirks: { trailingCursor: true } });
  const sessions = await serviceFor(trailing).findUserSessions(ada);
  assert.equal(sessions.length, LIVE_SESSIONS_OF_ADA);
});

test("a user without sessions has an empty list", async () => {
  assert.deepEqual(await service.findUserSessions(PEOPLE.sms), []);
});

test("sessions past either expiry are left out", async () => {
  const user_id = PEOPLE.sms;
  const past = tenant.clock.iso(-1000);
  const live = tenant.addSession({ user_id });
  const unlimited = tenant.addSession({ user_id, expires_at: null, idle_expires_at: null });
  tenant.addSession({ user_id, expires_at: past });
  tenant.addSession({ user_id, idle_expires_at: past });
  const listed = idsOf(await service.findUserSessions(user_id));
  assert.deepEqual(listed.sort(), [live.id, unlimited.id].sort());
});

test("the most recently active session comes first, regardless of its age", async () => {
  const user_id = PEOPLE.sms;
  const minutesAgo = (minutes) => tenant.clock.iso(-minutes * 60_000);
  for (const [id, created, used] of [
    ["young-idle", 60, 50],
    ["old-active", 600, 1],
    ["middle", 90, 20],
  ]) {
    const dates = { created_at: minutesAgo(created), last_interacted_at: minutesAgo(used) };
    tenant.addSession({ id, user_id, ...dates });
  }
  const sessions = await service.findUserSessions(user_id);
  assert.deepEqual(idsOf(sessions), ["old-active", "middle", "young-idle"]);
});

test("only the session named as the current one is marked", async () => {
  const options = { currentSessionId: SESSIONS.adaIphone };
  const sessions = await service.findUserSessions(ada, options);
  const current = sessions.filter((session) => session.current === true);
  assert.deepEqual(idsOf(current), [SESSIONS.adaIphone]);
  assert.ok(sessions.every((session) => typeof session.current === "boolean"));
});

test("without currentSessionId no session is the current one", async () => {
  for (const options of [undefined, {}, { currentSessionId: "" }, { currentSessionId: "\ud800" }]) {
    const sessions = await service.findUserSessions(ada, options);
    assert.ok(sessions.every((session) => session.current === false));
  }
});

test("two call forms: by id returns nothing, by object returns true, and mixing is allowed", async () => {
  const options = { timeoutMs: 10_000 };
  for (const [user, asObject, expected] of [
    [ada, false, undefined],
    [ada, true, true],
    [{ id: ada }, false, true],
    [{ email: "ada@example.com" }, true, true],
  ]) {
    for (const more of [[], [options], [undefined], [null]]) {
      const { id } = tenant.addSession({ user_id: ada });
      const session = asObject ? { id } : id;
      const outcome = await service.revokeUserSession(user, session, ...more);
      assert.equal(outcome, expected, JSON.stringify([user, session]));
      assert.equal(tenant.session(id), undefined);
    }
  }
});

test("a session from the list can be passed to be revoked", async () => {
  const [newest] = await service.findUserSessions(ada);
  assert.equal(await service.revokeUserSession({ id: ada }, newest), true);
  assert.equal(tenant.session(newest.id), undefined);
});

test("revoking one session leaves the others", async () => {
  const before = idsOf(tenant.sessions(ada));
  await service.revokeUserSession(ada, SESSIONS.adaIphone);
  assert.deepEqual(
    idsOf(tenant.sessions(ada)),
    before.filter((id) => id !== SESSIONS.adaIphone),
  );
});

test("revokeAllUserSessions returns nothing for an id and true for an object", async () => {
  assert.equal(await service.revokeAllUserSessions(ada), undefined);
  assert.deepEqual(tenant.sessions(ada), []);
  assert.equal(await service.revokeAllUserSessions({ email: "grace@example.com" }, {}), true);
  assert.deepEqual(tenant.sessions(grace), []);
});

test("revoking all sessions leaves those of other users", async () => {
  const before = idsOf(tenant.sessions(grace));
  await service.revokeAllUserSessions(ada);
  assert.deepEqual(idsOf(tenant.sessions(grace)), before);
});

test("revokeOtherUserSessions keeps the current session and returns the number of the others", async () => {
  const user = { email: "ada@example.com" };
  const revoked = await service.revokeOtherUserSessions(user, SESSIONS.adaWindows);
  assert.equal(revoked, LIVE_SESSIONS_OF_ADA - 1);
  assert.deepEqual(idsOf(await service.findUserSessions(ada)), [SESSIONS.adaWindows]);
  assert.equal(await service.revokeOtherUserSessions(ada, SESSIONS.adaWindows), 0);
});

test("revokeOtherUserSessions reaches the sessions of every page", async () => {
  tenant.addUser({ user_id: "auth0|busy" });
  const [keep] = manySessions("auth0|busy", 120).map((session) => tenant.addSession(session));
  assert.equal(await service.revokeOtherUserSessions("auth0|busy", keep.id), 119);
  assert.deepEqual(idsOf(tenant.sessions("auth0|busy")), [keep.id]);
});

/** A tenant that completes deletes at the third read of the sessions after them. */
async function slowTenant(t) {
  let looks = 0;
  const slow = await tenantOf(t, {
    deleteDelay: 60_000,
    onRequest({ method, template }) {
      const isLook = method === "GET" && template.includes("sessions");
      if (!isLook || writes(slow).length === 0) return;
      looks += 1;
      if (looks === 3) slow.clock.advance(60_000);
    },
  });
  return slow;
}

test("a revocation resolves once it is accepted, before it is done", async (t) => {
  const slow = await slowTenant(t);
  await serviceFor(slow).revokeUserSession(ada, SESSIONS.adaIphone);
  assert.ok(slow.session(SESSIONS.adaIphone));
});

for (const [name, revoke] of [
  ["revokeUserSession", (s, options) => s.revokeUserSession(ada, SESSIONS.adaIphone, options)],
  ["revokeAllUserSessions", (s, options) => s.revokeAllUserSessions(ada, options)],
  [
    "revokeOtherUserSessions",
    (s, options) => s.revokeOtherUserSessions(ada, SESSIONS.adaWindows, options),
  ],
]) {
  test(`${name} with waitUntilGone resolves when the session is gone`, async (t) => {
    const slow = await slowTenant(t);
    await revoke(serviceFor(slow), { waitUntilGone: true });
    assert.equal(slow.session(SESSIONS.adaIphone), undefined);
  });

  test(`${name} with waitUntilGone gives up at the deadline`, async (t) => {
    const endless = await tenantOf(t, { deleteDelay: 3_600_000 });
    const warm = serviceFor(endless);
    await warm.findUserSessions(ada);
    const error = await rejection(revoke(warm, { waitUntilGone: true, timeoutMs: 1000 }));
    assert.ok(error instanceof TimeoutError, String(error));
    assert.ok(writes(endless).length > 0);
  });
}

test("concurrent calls each get their own user's sessions", async () => {
  const users = Array.from({ length: 50 }, (_, index) => `auth0|user-${index}`);
  for (const user_id of users) {
    tenant.addUser({ user_id });
    tenant.addSession({ user_id, id: `session-of-${user_id.slice(6)}` });
  }
  const lists = await Promise.all(users.map((user) => service.findUserSessions(user)));
  assert.deepEqual(
    lists.map((sessions) => idsOf(sessions)),
    users.map((user) => [`session-of-${user.slice(6)}`]),
  );
});

test("concurrent revocations of one session succeed or report that it does not exist", async () => {
  const revoke = () => service.revokeUserSession({ id: ada }, { id: SESSIONS.adaIphone });
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, revoke));
  assert.equal(tenant.session(SESSIONS.adaIphone), undefined);
  assert.ok(outcomes.some(({ value }) => value === true));
  for (const { status, reason } of outcomes) {
    assert.ok(status === "fulfilled" || reason instanceof SessionNotFoundError, String(reason));
  }
});

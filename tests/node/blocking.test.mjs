// Blocking a user, Auth0's own blocks, and what a block means for password tickets.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { AccountProtectionError, UserNotFoundError } from "@archie/auth0-user-security";
import { auditTrail } from "../../test-support/audit.mjs";
import { templates } from "../../test-support/connection.mjs";
import { rejection, serviceFor, sharedTenant, writes } from "../../test-support/service.mjs";

const { ada, blocked, grace } = PEOPLE;
const UPDATE = "patch_users_by_id";

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant, { retry: { maxAttempts: 3, maxDelayMs: 0 } });
});

test("a block is made, read back, and says whether sessions are left", async () => {
  for (const { id } of tenant.sessions(ada)) await service.revokeUserSession(ada, id);
  tenant.settle();
  tenant.clearRequests();
  assert.deepEqual(await service.blockUser({ sub: ada }), { blocked: true, sessions: "ended" });
  assert.equal(tenant.user(ada).blocked, true);
  assert.deepEqual(templates(tenant), [
    "PATCH /api/v2/users/{id}",
    "GET /api/v2/users/{id}",
    "GET /api/v2/users/{user_id}/sessions",
  ]);
  assert.deepEqual(writes(tenant)[0].json, { blocked: true });
});

test("a session that has expired only by the local clock is not known to have ended", async () => {
  const past = new Date(Date.now() - 1000).toISOString();
  const { linus } = PEOPLE;
  tenant.addSession({ user_id: linus });
  const expired = (value) => {
    for (const session of value.sessions) session.idle_expires_at = past;
    return value;
  };
  tenant.fault("get_sessions_for_user", { change: expired }, Number.POSITIVE_INFINITY);
  assert.equal((await service.blockUser(linus)).sessions, "unknown");
});

test("a user whose block cannot be read gets no password ticket", async () => {
  tenant.fault("get_users_by_id", { change: (value) => ({ ...value, blocked: 1 }) });
  const error = await rejection(service.generatePasswordChangeTicket({ sub: ada }));
  assert.equal(error.statusCode, 200);
  assert.deepEqual(writes(tenant), []);
});

test("without a list of sessions, what is left is unknown", async () => {
  tenant.fault("get_sessions_for_user", { status: 403 }, Number.POSITIVE_INFINITY);
  const { sessions } = await service.blockUser(grace);
  assert.equal(sessions, "unknown");
  assert.equal(tenant.user(grace).blocked, true);
});

test("an unblocked user can sign in again, and the audit events name both changes", async (t) => {
  const trail = auditTrail(t);
  assert.deepEqual(await service.unblockUser(blocked, { actor: "admin" }), { blocked: false });
  assert.equal(tenant.user(blocked).blocked, false);
  await service.blockUser(blocked, { actor: "admin" });
  const events = await trail.events(2);
  assert.deepEqual(
    events.map(({ action, actor, outcome, target, effects }) => ({
      action,
      actor,
      outcome,
      target,
      effects,
    })),
    [
      {
        action: "user.unblock",
        actor: "admin",
        outcome: "success",
        target: { userId: blocked },
        effects: [{ step: "unblock", state: "done" }],
      },
      {
        action: "user.block",
        actor: "admin",
        outcome: "success",
        target: { userId: blocked },
        effects: [{ step: "block", state: "done" }],
      },
    ],
  );
});

test("success is reported only for what Auth0 shows", async () => {
  tenant.fault(UPDATE, { body: { user_id: ada, blocked: true } });
  const error = await rejection(service.blockUser(ada));
  assert.equal(error.code, "ERR_AUTH0_API");
  assert.deepEqual(error.effects, [{ step: "block", state: "unknown" }]);
  assert.notEqual(tenant.user(ada).blocked, true);
});

test("a lost response is no failure if the block was made", async () => {
  tenant.fault(UPDATE, { reset: "after" }, 3);
  const { blocked: isBlocked } = await service.blockUser(ada);
  assert.equal(isBlocked, true);
});

test("nobody is blocked for a user who does not exist", async () => {
  const error = await rejection(service.blockUser("auth0|nobody"));
  assert.ok(error instanceof UserNotFoundError, String(error));
  assert.equal(error.effects, undefined);
});

test("Auth0's blocks after wrong passwords are listed and cleared; the administrator's stays", async (t) => {
  const trail = auditTrail(t);
  tenant.addBlock({ user_id: blocked, identifier: "b@example.com", ip: "203.0.113.9" });
  tenant.addBlock({ user_id: blocked, identifier: "b@example.com" });
  const blocks = await service.findUserBlocks({ id: blocked });
  assert.equal(blocks.length, 2);
  assert.equal(blocks[0].identifier, "b@example.com");
  assert.ok(blocks.some(({ address }) => address === "203.0.113.9"));
  assert.equal(await service.clearUserBlocks({ id: blocked }), 2);
  assert.deepEqual(await service.findUserBlocks({ id: blocked }), []);
  assert.equal(tenant.user(blocked).blocked, true);
  const [event] = await trail.events(1);
  assert.equal(event.action, "user.clear_blocks");
  assert.deepEqual(event.effects, [{ step: "userBlocks", state: "done", count: 2 }]);
});

test("without a block, nothing is sent that changes something", async () => {
  assert.equal(await service.clearUserBlocks(ada), 0);
  assert.deepEqual(writes(tenant), []);
});

test("a blocked user gets no password ticket, unless it is asked for", async () => {
  const user = tenant.users().find(({ user_id }) => user_id === ada);
  await service.blockUser(user.user_id);
  const error = await rejection(service.generatePasswordChangeTicket({ sub: ada }));
  assert.ok(error instanceof AccountProtectionError, String(error));
  assert.equal(error.reason, "user_blocked");
  assert.match(error.message, /allowBlocked: true/);
  const ticket = await service.generatePasswordChangeTicket({ sub: ada }, { allowBlocked: true });
  assert.equal(ticket.blockedUntil, "passwordReset");
  await service.unblockUser(ada);
  const plain = await service.generatePasswordChangeTicket({ sub: ada });
  assert.equal("blockedUntil" in plain, false);
});

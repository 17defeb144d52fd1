// A revocation reports only what was observed: no coincidence, truncated list or later rejection counts as proof.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { Auth0ApiError, UserNotFoundError } from "@archie/auth0-user-security";
import { auditTrail } from "../../test-support/audit.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { scriptedServer, tokenResponse } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, tenantOf, writes } from "../../test-support/service.mjs";

const { ada, grace } = PEOPLE;
const { adaIphone, adaWindows } = SESSIONS;
const FOREVER = Number.POSITIVE_INFINITY;
const once = { retry: { maxAttempts: 1 } };
const acceptsAlone = { status: 202, body: {} };
const operations = (tenant) => tenant.requests.map(({ operation }) => operation);
const stateOf = (effects, step) => effects.find((effect) => effect.step === step)?.state;

/** A user with a session, and refresh tokens with and without a session. */
async function tenantWithTokens(t, options) {
  const tenant = await tenantOf(t, options);
  for (const user_id of [ada, grace]) {
    tenant.addRefreshToken({ user_id, session_id: tenant.sessions(user_id)[0].id });
    tenant.addRefreshToken({ user_id, session_id: null });
  }
  return tenant;
}

test("a trial of revoke-access proves nothing while another call revokes the same user's access", async (t) => {
  const tenant = await tenantWithTokens(t);
  const service = serviceFor(tenant);
  tenant.fault("user_revoke_access", acceptsAlone, FOREVER);
  const wait = (timeoutMs) =>
    service.revokeAllUserSessions(ada, { waitUntilGone: true, timeoutMs });
  await Promise.all([wait(20_000), wait(4000)]);
  await service.revokeAllUserSessions(grace);
  assert.deepEqual([...tenant.sessions(grace), ...tenant.refreshTokens(grace)], []);
});

test("revoke-access that stops working is not used again", async (t) => {
  const tenant = await tenantWithTokens(t);
  const service = serviceFor(tenant);
  await service.revokeAllUserSessions(ada, { waitUntilGone: true });
  tenant.fault("user_revoke_access", acceptsAlone, FOREVER);
  const options = { waitUntilGone: true, timeoutMs: 700 };
  const error = await rejection(service.revokeAllUserSessions(grace, options));
  assert.equal(stateOf(error.effects, "sessions"), "unknown");
  await service.revokeAllUserSessions(grace);
  assert.deepEqual([...tenant.sessions(grace), ...tenant.refreshTokens(grace)], []);
});

test("the deletes follow a trial after which nothing responds in time", async (t) => {
  const tenant = await tenantWithTokens(t);
  let isSent = false;
  const isPoll = ({ operation }) => {
    isSent ||= operation === "user_revoke_access";
    return isSent && operation === "get_sessions_for_user";
  };
  tenant.fault(isPoll, { hang: "before" }, 1);
  await serviceFor(tenant).revokeAllUserSessions(ada, { waitUntilGone: true, timeoutMs: 12_000 });
  assert.ok(operations(tenant).includes("delete_sessions_for_user"));
});

test("what a trial has ended stays ended when the deletes are rejected", async (t) => {
  const tenant = await tenantWithTokens(t);
  const refusal = { status: 403, body: { statusCode: 403, message: "No." } };
  tenant.fault("delete_sessions_for_user", refusal);
  const call = serviceFor(tenant, once).revokeAllUserSessions(ada, { waitUntilGone: true });
  const { effects } = await rejection(call);
  assert.deepEqual(
    [stateOf(effects, "sessions"), stateOf(effects, "refreshTokens")],
    ["done", "done"],
  );
});

test("a rejected second delete of refresh tokens leaves them in doubt", async (t) => {
  const tenant = await tenantWithTokens(t);
  let deletes = 0;
  const isSecond = ({ operation }) =>
    operation === "delete_refresh_tokens_for_user" && ++deletes === 2;
  tenant.fault(isSecond, { status: 400 }, FOREVER);
  const service = serviceFor(tenant, { ...once, revokeAccess: "never" });
  const { effects } = await rejection(service.revokeAllUserSessions(ada, { waitUntilGone: true }));
  assert.deepEqual(
    [stateOf(effects, "sessions"), stateOf(effects, "refreshTokens")],
    ["done", "unknown"],
  );
});

test("a change in doubt stays in doubt when the read-back is rejected", async (t) => {
  const tenant = await tenantWithTokens(t);
  tenant.fault("delete_refresh_tokens_for_user", { status: 200, body: "<p>ok" });
  tenant.fault("get_refresh_tokens_for_user", { status: 403 });
  const { effects } = await rejection(serviceFor(tenant, once).revokeAllUserSessions(ada));
  assert.equal(stateOf(effects, "refreshTokens"), "unknown");
});

test("listed sessions without an owner that cannot be read are not skipped", async (t) => {
  const api = ({ method, url }) => {
    if (method !== "GET") return { status: 202 };
    if (url.includes("/users/")) return { sessions: [{ id: "a" }, { id: "b" }] };
    return { status: 404, body: { statusCode: 404, error: "Not Found", message: "no route" } };
  };
  const server = await scriptedServer(t, { api });
  const error = await rejection(serviceFor(server).revokeOtherUserSessions("auth0|a", "x"));
  assert.deepEqual([error.constructor, writes(server).length], [Auth0ApiError, 0]);
});

test("a gateway's 404 in Auth0's own format proves no user and no session absent", async (t) => {
  const tenant = await tenantOf(t);
  const body = { statusCode: 404, error: "Not Found", message: "Route not found" };
  tenant.fault(/ \/api\/v2\//, { status: 404, body }, FOREVER);
  const service = serviceFor(tenant);
  for (const call of [
    () => service.findUserSessions(ada),
    () => service.revokeAllUserSessions(ada),
    () => service.revokeUserSession(ada, adaIphone),
    () => service.revokeOtherUserSessions(ada, adaWindows),
    () => service.findUserAuthenticationMethods(ada),
    () => service.generatePasswordChangeTicket(ada),
  ]) {
    const error = await rejection(call());
    assert.equal(error.constructor, Auth0ApiError, `${error} of ${call}`);
  }
});

test("after an abort no further session is revoked, although requests are queued", async (t) => {
  const sessions = Array.from({ length: 12 }, (_, index) => ({ id: `s${index}`, user_id: ada }));
  const controller = new AbortController();
  let isAborted = false;
  let late = 0;
  const api = async ({ method }) => {
    if (method === "GET") return { sessions };
    if (isAborted) late += 1;
    isAborted = true;
    controller.abort("enough");
    return { status: 202 };
  };
  const server = await scriptedServer(t, { api });
  const trail = auditTrail(t);
  const service = serviceFor(server, { maxConnections: 1 });
  const { signal } = controller;
  assert.equal(await rejection(service.revokeOtherUserSessions(ada, "s0", { signal })), "enough");
  await trail.events(1);
  assert.equal(late, 0);
});

test("tokens that are left alone for lack of a scope are never reported as revoked", async (t) => {
  const tenant = await tenantWithTokens(t, { deleteDelay: 3_600_000 });
  const denied = {
    status: 403,
    body: { statusCode: 403, errorCode: "insufficient_scope", message: "No." },
  };
  tenant.fault("revoke_session", denied, FOREVER);
  const service = serviceFor(tenant);
  await service.findUserSessions(ada);
  const options = { waitUntilGone: true, timeoutMs: 600 };
  const { effects } = await rejection(service.revokeUserSession(ada, adaIphone, options));
  assert.equal(stateOf(effects, "refreshTokens"), undefined);
});

test("a session that ended before it could be revoked proves nothing about its refresh tokens", async (t) => {
  const tenant = await tenantOf(t);
  tenant.addRefreshToken({ id: "kept", user_id: ada, session_id: adaIphone });
  const gone = ({ operation }) => {
    // Another program deletes the session, which leaves its tokens.
    if (operation === "revoke_session") tenant.endSession?.(adaIphone);
    return operation === "revoke_session";
  };
  const trail = auditTrail(t);
  tenant.fault(gone, { status: 404 }, 1);
  tenant.fault("get_sessions_for_user", { change: (page) => ({ ...page, sessions: [] }) }, FOREVER);
  const error = await rejection(serviceFor(tenant).revokeUserSession(ada, adaIphone));
  assert.equal(error.constructor, Auth0ApiError);
  assert.equal(stateOf(error.effects, "refreshTokens"), "unknown");
  const [event] = await trail.events(1);
  assert.equal(event.refreshTokens, "unknown");
});

test("a wait does not check refresh tokens that are left alone", async (t) => {
  const tenant = await tenantOf(t);
  const trail = auditTrail(t);
  tenant.fault("get_refresh_tokens_for_user", { status: 403 }, FOREVER);
  const service = serviceFor(tenant, { revokeRefreshTokens: false });
  await service.revokeUserSession(ada, adaIphone, { waitUntilGone: true });
  await service.revokeAllUserSessions(grace, { waitUntilGone: true });
  const events = await trail.events(2);
  assert.deepEqual(new Set(events.map(({ refreshTokens }) => refreshTokens)), new Set(["kept"]));
});

test("without refresh tokens to end, none are reported as revoked", async (t) => {
  const tenant = await tenantOf(t);
  const trail = auditTrail(t);
  assert.equal(await serviceFor(tenant).revokeOtherUserSessions(PEOPLE.sms, "none"), 0);
  const [event] = await trail.events(1);
  assert.deepEqual([event.effects, "refreshTokens" in event], [[], false]);
});

test("more than ten thousand sessions do not prevent a wait", async (t) => {
  const page = (from) => ({
    sessions: Array.from({ length: 2000 }, (_, index) => ({
      id: `s${from + index}`,
      user_id: ada,
    })),
    next: String(from + 2000),
  });
  let isDeleted = false;
  const api = ({ method, url }) => {
    isDeleted ||= method === "DELETE" && url.endsWith("/sessions");
    if (method !== "GET") return { status: 202 };
    if (isDeleted) return { sessions: [] };
    return page(Number(new URL(url, "http://x").searchParams.get("from")));
  };
  const server = await scriptedServer(t, { api });
  const service = serviceFor(server);
  assert.equal(await service.revokeAllUserSessions({ id: ada }, { waitUntilGone: true }), true);
});

test("with revokeAccess always, inconclusive responses are read back and absent users detected", async (t) => {
  const tenant = await tenantWithTokens(t);
  const service = serviceFor(tenant, { ...once, revokeAccess: "always" });
  tenant.fault("user_revoke_access", { status: 200, body: "done", commit: true });
  assert.equal(await service.revokeAllUserSessions({ id: ada }), true);
  const body = { statusCode: 404, errorCode: "inexistent_user", message: "no" };
  tenant.fault("user_revoke_access", { status: 404, body });
  const error = await rejection(service.revokeAllUserSessions(grace));
  assert.equal(error.constructor, UserNotFoundError);
});

test("many lists of refresh tokens are compared quickly", { timeout: 30_000 }, async (t) => {
  const tokens = Array.from({ length: 9000 }, (_, index) => ({ id: `t${index}`, user_id: ada }));
  let lists = 0;
  const api = ({ method, url }) => {
    if (method !== "GET") return { status: 202 };
    if (!url.includes("/refresh-tokens")) return { sessions: [] };
    lists += 1;
    return { tokens: tokens.map(({ id, user_id }) => ({ id: `${lists}-${id}`, user_id })) };
  };
  const scope = `${tokenResponse.scope} read:refresh_tokens`;
  const server = await scriptedServer(t, { token: { ...tokenResponse, scope }, api });
  await serviceFor(server, { revokeAccess: "never" }).revokeAllUserSessions(ada, {
    waitUntilGone: true,
  });
});

test("twenty concurrent waiting revocations complete under a rate limit", async (t) => {
  const tenant = await tenantWithTokens(t, { plan: "enterprise" });
  const service = serviceFor(tenant, {}, recordingLogger());
  const calls = Array.from({ length: 20 }, () =>
    service.revokeAllUserSessions(ada, { waitUntilGone: true, timeoutMs: 25_000 }),
  );
  const outcomes = await Promise.allSettled(calls);
  const failed = outcomes.filter(({ status }) => status === "rejected").map(({ reason }) => reason);
  assert.deepEqual(failed.map(String), []);
});

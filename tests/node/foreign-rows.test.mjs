// Data of another user is never shown, counted, revoked or trusted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { Auth0ApiError, SessionNotFoundError } from "@archie/auth0-user-security";
import { connect, identitiesOf } from "../../test-support/connection.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, tenantOf, writes } from "../../test-support/service.mjs";

const OWNER = "auth0|a";
const FOREIGN = {
  id: "foreign-session",
  user_id: "auth0|mallory",
  device: { last_ip: "203.0.113.99", last_user_agent: "Foreign/1.0" },
};

/** A tenant that always lists sessions of another user among the user's own. */
async function mixedTenant(t, own) {
  const left = new Map(own.map((session) => [session.id, session]));
  const logger = recordingLogger();
  const server = await scriptedServer(t, {
    api: ({ method, url }) => {
      const id = /\/sessions\/([\w-]+)/.exec(url)?.[1];
      if (method !== "GET") {
        if (id) left.delete(id);
        else if (url.endsWith("/sessions")) left.clear();
        return { status: 202 };
      }
      if (/\/users\/[^/]+\?/.test(url)) return { user_id: OWNER, identities: [] };
      if (id) return left.get(id) ?? { status: 404, body: { statusCode: 404 } };
      return { sessions: [FOREIGN, ...left.values(), { ...FOREIGN, id: "foreign-2" }] };
    },
  });
  return { server, logger, service: serviceFor(server, {}, logger) };
}

function assertOneWarning(logger) {
  const warnings = logger.lines.filter(({ message }) => /of other users/.test(message));
  assert.deepEqual(
    warnings.map(({ level, details }) => [level, details.sessions]),
    [["warn", 2]],
  );
  assert.doesNotMatch(JSON.stringify(logger.lines), /foreign|mallory|203\.0\.113/i);
}

test("sessions of another user in a list are not shown", async (t) => {
  const { service, logger } = await mixedTenant(t, [{ id: "own", user_id: OWNER }, { id: "bare" }]);
  const sessions = await service.findUserSessions(OWNER);
  assert.deepEqual(sessions.map(({ id }) => id).sort(), ["bare", "own"]);
  assert.deepEqual([...new Set(sessions.map(({ userId }) => userId))], [OWNER]);
  assertOneWarning(logger);
});

test("an owner that differs in a single byte is another user", async (t) => {
  const lookalikes = ["auth0|A", "auth0|a ", "auth0|a\u200b", "", "auth0|ab"];
  const sessions = lookalikes.map((user_id, index) => ({ id: `s${index}`, user_id }));
  const server = await scriptedServer(t, { api: { sessions } });
  assert.deepEqual(await serviceFor(server).findUserSessions(OWNER), []);
});

test("sessions of another user are not counted in the dashboard", async (t) => {
  const { service, logger } = await mixedTenant(t, [{ id: "own", user_id: OWNER }]);
  const { summary, sessions } = await service.getUserSecurityDashboard(OWNER);
  assert.deepEqual([summary.totalSessions, sessions.map(({ id }) => id)], [1, ["own"]]);
  assertOneWarning(logger);
});

test("sessions of another user are never revoked, and waiting does not wait for them", async (t) => {
  const { server, service, logger } = await mixedTenant(t, [
    { id: "current", user_id: OWNER },
    { id: "own", user_id: OWNER },
  ]);
  const options = { waitUntilGone: true };
  assert.equal(await service.revokeOtherUserSessions(OWNER, "current", options), 1);
  const revoked = writes(server).map(({ url }) => url);
  assert.deepEqual(revoked, ["/api/v2/sessions/own/revoke"]);
  assertOneWarning(logger);
});

test("revoking everything does not wait for sessions of another user", async (t) => {
  const { service, logger } = await mixedTenant(t, [{ id: "own", user_id: OWNER }]);
  await service.revokeAllUserSessions(OWNER, { waitUntilGone: true });
  assertOneWarning(logger);
});

test("each call logs its own warning", async (t) => {
  const { service, logger } = await mixedTenant(t, []);
  for (let call = 1; call <= 3; call += 1) {
    await service.findUserSessions(OWNER);
    assert.equal(logger.lines.length, call);
  }
  const ids = logger.lines.map(({ details }) => details.correlationId);
  assert.equal(new Set(ids).size, 3);
});

test("a response about another session does not show who owns this one", async (t) => {
  const server = await scriptedServer(t, { api: { id: "other", user_id: OWNER } });
  const error = await rejection(serviceFor(server).revokeUserSession(OWNER, "asked"));
  assert.equal(error.constructor, SessionNotFoundError, String(error));
  assert.deepEqual(writes(server), []);
});

test("a response about another session does not show that this one is gone", async (t) => {
  let reads = 0;
  const server = await scriptedServer(t, {
    api: ({ method }) => {
      if (method !== "GET") return { status: 404, body: { statusCode: 404 } };
      reads += 1;
      return { id: reads === 1 ? "asked" : "other", user_id: OWNER };
    },
  });
  const error = await rejection(serviceFor(server).revokeUserSession(OWNER, "asked"));
  assert.equal(error.constructor, Auth0ApiError, String(error));
});

const { ada, grace } = PEOPLE;
const SOMEBODY = { provider: "auth0", user_id: "somebody", connection: "db", isSocial: false };
const ofSomebody = (identities) => [SOMEBODY, ...identities.slice(1)];

test("identities of another user in the response to a link do not count as success", async (t) => {
  const tenant = await tenantOf(t);
  tenant.fault("post_identities", { change: ofSomebody });
  const service = serviceFor(tenant);
  const methods = await connect(tenant, service, {
    user: ada,
    provider: "google-oauth2",
    as: grace,
  });
  const shown = methods.map(({ provider, id }) => `${provider}|${id}`);
  assert.deepEqual(shown, [ada.replace("auth0|", "email-password|"), grace]);
  assert.deepEqual(identitiesOf(tenant, ada), [ada, grace]);
});

test("identities of another user in the response to an unlink are not shown", async (t) => {
  const tenant = await tenantOf(t);
  tenant.fault("delete_user_identity_by_user_id", { change: ofSomebody });
  const [, google] = tenant.user(PEOPLE.linked).identities;
  const methods = await serviceFor(tenant).disconnectSecondaryAccount(
    PEOPLE.linked,
    google.provider,
    google.user_id,
  );
  const shown = methods.map(({ provider, id }) => `${provider}|${id}`);
  assert.deepEqual(shown, [PEOPLE.linked.replace("auth0|", "email-password|")]);
});

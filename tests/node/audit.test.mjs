// Each security action publishes one audit event, whatever its outcome.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { auditTrail } from "../../test-support/audit.mjs";
import { accessTokenOf, CALLBACK, signIn } from "../../test-support/connection.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { announced, held, scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, sharedTenant, writes } from "../../test-support/service.mjs";

const { ada, grace, linked, linus } = PEOPLE;
/** How an audit event names an identity. */
function partsOf(userId) {
  const [provider, identityId] = userId.split("|");
  return { provider, identityId };
}
const { adaIphone, adaWindows, graceTablet } = SESSIONS;
/** A user who appears only in the events that end a recording. */
const LATER = PEOPLE.upperCase;
const GOOGLE = { provider: "google-oauth2", id: "115015401343387192604" };

const tenant = await sharedTenant();
const service = serviceFor(tenant);

/** All events of `act`, and its requests. Events arrive in order, so that of a later call marks the end. */
async function eventsOf(t, act) {
  const trail = auditTrail(t);
  const result = await act();
  const requests = [...tenant.requests];
  await service.revokeAllUserSessions(LATER);
  return { events: await trail.before(LATER), requests, result };
}

/** An event without the fields that differ from run to run, which are checked here. */
function fixedParts({ at, durationMs, correlationId, ...rest }) {
  assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.ok(Math.abs(Date.now() - Date.parse(at)) < 60_000, at);
  assert.ok(Number.isInteger(durationMs) && durationMs >= 0 && durationMs < 60_000, durationMs);
  assert.match(correlationId, /^[0-9a-f]{32}$/);
  return rest;
}

const good = () => ({
  actor: null,
  tenant: new URL(tenant.domain).host,
  outcome: "success",
  code: null,
});
const done = (step, count) => ({ step, state: "done", ...(count && { count }) });

const ACTIONS = {
  "revoking one session": {
    act: () => service.revokeUserSession(ada, adaIphone),
    event: {
      action: "session.revoke",
      target: { userId: ada, sessionId: adaIphone },
      effects: [done("session", 1), done("refreshTokens")],
      sessionsEnded: 1,
      refreshTokens: "accepted",
    },
  },
  "revoking all sessions": {
    act: () => service.revokeAllUserSessions({ email: "ada@example.com" }),
    event: {
      action: "session.revoke_all",
      target: { email: "ada@example.com", userId: ada },
      effects: [done("sessions"), done("refreshTokens")],
      refreshTokens: "accepted",
    },
  },
  "revoking the other sessions": {
    act: () => service.revokeOtherUserSessions(ada, adaWindows),
    event: {
      action: "session.revoke_others",
      target: { userId: ada, keptSessionId: adaWindows },
      effects: [done("session", 5)],
      sessionsEnded: 5,
      refreshTokens: "accepted",
    },
  },
  "connecting by code": {
    act: async () => {
      const who = { user: ada, provider: "google-oauth2", as: grace };
      const { code, state } = await signIn(tenant, service, who);
      await service.connectSecondaryAccount(ada, CALLBACK, code, { state });
    },
    event: {
      action: "account.link",
      target: { userId: ada, ...partsOf(grace) },
      effects: [done("link")],
    },
  },
  "connecting by token": {
    act: async () => {
      const token = await accessTokenOf(tenant, linus);
      await service.connectSecondaryAccount(ada, "github", token);
    },
    event: {
      action: "account.link",
      target: { userId: ada, ...partsOf(linus) },
      effects: [done("link")],
    },
  },
  "disconnecting an account": {
    act: () => service.disconnectSecondaryAccount(linked, GOOGLE),
    event: {
      action: "account.unlink",
      target: { userId: linked, provider: GOOGLE.provider, identityId: GOOGLE.id },
      effects: [done("unlink")],
    },
  },
  "making a password ticket": {
    act: () => service.generatePasswordChangeTicket(ada, "https://app.example.com/done"),
    event: { action: "password.ticket", target: { userId: ada }, effects: [done("ticket")] },
  },
};

for (const [name, { act, event }] of Object.entries(ACTIONS)) {
  test(`${name} publishes one event`, async (t) => {
    const { events } = await eventsOf(t, act);
    assert.deepEqual(events.map(fixedParts), [{ ...good(), ...event }]);
  });

  test(`${name} carries the event's correlation id to Auth0`, async (t) => {
    const { events, requests } = await eventsOf(t, act);
    const [{ correlationId }] = events;
    const changes = writes({ requests }).filter(({ url }) => url.startsWith("/api/v2/"));
    assert.ok(changes.length > 0);
    for (const { url, headers } of changes) {
      assert.equal(headers["x-correlation-id"], correlationId, url);
    }
    const logged = tenant.logs().map(({ references }) => references?.correlation_id);
    assert.ok(logged.includes(correlationId), inspect(logged));
  });
}

test("connecting an account names it in the event, as disconnecting does", async (t) => {
  const token = await accessTokenOf(tenant, linus);
  const { events } = await eventsOf(t, () => service.connectSecondaryAccount(ada, "github", token));
  assert.deepEqual(events[0].target, { userId: ada, provider: "github", identityId: "1024025" });
});

test("two calls have two correlation ids", async (t) => {
  const trail = auditTrail(t);
  await service.revokeUserSession(ada, adaIphone);
  await service.revokeUserSession(ada, adaWindows);
  const [first, second] = await trail.events(2);
  assert.notEqual(first.correlationId, second.correlationId);
});

const ACTOR = { actor: "support|agent-7" };
const WITH_ACTOR = {
  revokeUserSession: () => service.revokeUserSession(ada, adaIphone, ACTOR),
  revokeAllUserSessions: () => service.revokeAllUserSessions(ada, ACTOR),
  revokeOtherUserSessions: () => service.revokeOtherUserSessions(ada, adaWindows, ACTOR),
  connectSecondaryAccount: async () =>
    service.connectSecondaryAccount(ada, "github", await accessTokenOf(tenant, linus), ACTOR),
  disconnectSecondaryAccount: () => service.disconnectSecondaryAccount(linked, GOOGLE, ACTOR),
  generatePasswordChangeTicket: () => service.generatePasswordChangeTicket(ada, ACTOR),
};
for (const [method, act] of Object.entries(WITH_ACTOR)) {
  test(`${method} reports the actor that the options name`, async (t) => {
    const { events } = await eventsOf(t, act);
    assert.deepEqual(
      events.map(({ actor }) => actor),
      [ACTOR.actor],
    );
  });
}

for (const [name, act, code] of [
  [
    "a session of another user",
    () => service.revokeUserSession(ada, graceTablet),
    "ERR_SESSION_NOT_FOUND",
  ],
  ["no such user", () => service.revokeAllUserSessions("auth0|nobody"), "ERR_USER_NOT_FOUND"],
  [
    "the last way to sign in",
    () => service.disconnectSecondaryAccount(linus, { provider: "github", id: "1024025" }),
    "ERR_ACCOUNT_LINKING",
  ],
  ["a user without a password", () => service.generatePasswordChangeTicket(linus), "ERR_AUTH0_API"],
]) {
  test(`a failure publishes one event with its code: ${name}`, async (t) => {
    const { events, result } = await eventsOf(t, () => rejection(act()));
    assert.deepEqual(
      events.map(({ outcome, code }) => ({ outcome, code })),
      [{ outcome: "failure", code }],
    );
    assert.equal(result.code, code);
  });
}

test("a cancelled action publishes one event, which lists what was completed anyway", async (t) => {
  const trail = auditTrail(t);
  const gate = held();
  const { asked, response } = announced(gate.promise);
  const server = await scriptedServer(t, { api: response });
  const abort = new AbortController();
  const options = { signal: abort.signal, ...ACTOR };
  const call = rejection(serviceFor(server).revokeAllUserSessions(ada, options));
  await asked;
  abort.abort();
  assert.equal((await call).name, "AbortError");
  gate.release({ status: 202 });
  const [event, ...more] = await trail.events(1);
  assert.deepEqual(fixedParts(event), {
    action: "session.revoke_all",
    tenant: new URL(server.domain).host,
    target: { userId: ada },
    actor: ACTOR.actor,
    outcome: "cancelled",
    code: null,
    effects: [done("sessions"), done("refreshTokens")],
    refreshTokens: "accepted",
  });
  assert.deepEqual(more, []);
});

test("reads and connection URLs publish no event", async (t) => {
  const { events } = await eventsOf(t, async () => {
    await service.findUserSessions(ada);
    await service.findUserAuthenticationMethods(ada);
    await service.getUserSecurityDashboard(ada);
    await service.checkConfiguration();
    service.generateAccountConnectionUrl("github", CALLBACK);
  });
  assert.deepEqual(events, []);
});

test("no event contains a secret, a code, a token or a ticket", async (t) => {
  const trail = auditTrail(t);
  const { code, state } = await signIn(tenant, service, {
    user: ada,
    provider: "google-oauth2",
    as: grace,
  });
  await service.connectSecondaryAccount(ada, CALLBACK, code, { state });
  const token = await accessTokenOf(tenant, linus);
  await service.connectSecondaryAccount(ada, "github", token);
  const ticket = await service.generatePasswordChangeTicket(ada);
  const text = JSON.stringify(await trail.events(3));
  for (const secret of [code, state, token, ticket, tenant.clientSecret]) {
    assert.ok(secret.length > 8 && !text.includes(secret), `${secret} shows in ${text}`);
  }
});

test("at level info the logger gets the event as a line, at level warn it does not", async (t) => {
  const trail = auditTrail(t);
  const [info, warn] = [recordingLogger(), recordingLogger()];
  await serviceFor(tenant, { logLevel: "info" }, info).revokeUserSession(ada, adaIphone);
  await serviceFor(tenant, { logLevel: "warn" }, warn).revokeUserSession(ada, adaWindows);
  const [event] = await trail.events(2);
  await info.count(1);
  assert.deepEqual(info.lines, [
    {
      level: "info",
      message: "auth0-user-security: audit: session.revoke success",
      details: event,
    },
  ]);
  assert.deepEqual(warn.lines, []);
});

test("at level silent the channel still gets the event", async (t) => {
  const trail = auditTrail(t);
  await serviceFor(tenant, { logLevel: "silent" }).revokeUserSession(ada, adaIphone);
  assert.equal((await trail.events(1)).length, 1);
});

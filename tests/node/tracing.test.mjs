// Each method has a tracing channel, which reports that it ran and how it failed, but no result.

import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { tracingChannel } from "node:diagnostics_channel";
import { test } from "node:test";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { accessTokenOf, CALLBACK } from "../../test-support/connection.mjs";
import { everythingOf } from "../../test-support/error-text.mjs";
import { rejection, serviceFor, sharedTenant } from "../../test-support/service.mjs";

const { ada, linked, linus } = PEOPLE;
const GOOGLE = { provider: "google-oauth2", id: "115015401343387192604" };

const tenant = await sharedTenant();
const service = serviceFor(tenant, { redirectUri: CALLBACK });

const channelOf = (operation) => tracingChannel(`archie:auth0-user-security:${operation}`);

/** The events on the channel of a method during the test. */
function traceOf(t, operation) {
  const seen = [];
  const note = (event) => (context) => seen.push({ event, context: { ...context } });
  const events = ["start", "end", "asyncStart", "asyncEnd", "error"];
  const subscribers = Object.fromEntries(events.map((event) => [event, note(event)]));
  channelOf(operation).subscribe(subscribers);
  t.after(() => channelOf(operation).unsubscribe(subscribers));
  return seen;
}

const names = (seen) => seen.map(({ event }) => event);

const METHODS = {
  findUserSessions: () => service.findUserSessions(ada),
  revokeUserSession: () => service.revokeUserSession(ada, SESSIONS.adaIphone),
  revokeAllUserSessions: () => service.revokeAllUserSessions(ada),
  revokeOtherUserSessions: () => service.revokeOtherUserSessions(ada, SESSIONS.adaWindows),
  findUserAuthenticationMethods: () => service.findUserAuthenticationMethods(ada),
  generateAccountConnectionUrl: () => service.generateAccountConnectionUrl(ada, "github"),
  connectSecondaryAccount: async () =>
    service.connectSecondaryAccount(ada, "github", await accessTokenOf(tenant, linus)),
  disconnectSecondaryAccount: () => service.disconnectSecondaryAccount(linked, GOOGLE),
  generatePasswordChangeTicket: () => service.generatePasswordChangeTicket(ada),
  getUserSecurityDashboard: () => service.getUserSecurityDashboard(ada),
  checkConfiguration: () => service.checkConfiguration(),
};

for (const [operation, run] of Object.entries(METHODS)) {
  test(`${operation} is traced from start to end, without its result`, async (t) => {
    const seen = traceOf(t, operation);
    await run();
    assert.deepEqual(names(seen), ["start", "end", "asyncStart", "asyncEnd"]);
    for (const { context } of seen) {
      assert.equal(context.operation, operation);
      assert.equal(context.result, undefined);
    }
  });
}

test("the synchronous form is traced as well, without its ticket", (t) => {
  const seen = traceOf(t, "generateAccountConnectionUrl");
  const ticket = service.generateAccountConnectionUrl("github", CALLBACK, { user: ada });
  assert.match(ticket.redirect, /^http/);
  assert.deepEqual(names(seen), ["start", "end"]);
  assert.equal(seen.at(-1).context.result, undefined);
});

const FAILURES = {
  findUserSessions: () => service.findUserSessions("auth0|nobody"),
  revokeUserSession: () => service.revokeUserSession(ada, SESSIONS.graceTablet),
  revokeAllUserSessions: () => service.revokeAllUserSessions(42),
  revokeOtherUserSessions: () => service.revokeOtherUserSessions(ada),
  findUserAuthenticationMethods: () => service.findUserAuthenticationMethods("auth0|nobody"),
  generateAccountConnectionUrl: () => service.generateAccountConnectionUrl(ada, "a b"),
  connectSecondaryAccount: () => service.connectSecondaryAccount(ada, "github", "cAnArY-token"),
  disconnectSecondaryAccount: () => service.disconnectSecondaryAccount(ada, GOOGLE),
  generatePasswordChangeTicket: () => service.generatePasswordChangeTicket(linus),
  getUserSecurityDashboard: () => service.getUserSecurityDashboard("auth0|nobody"),
  checkConfiguration: () => service.checkConfiguration({ nonsense: true }),
};

for (const [operation, run] of Object.entries(FAILURES)) {
  test(`a failure of ${operation} is traced with its error, which contains no secret`, async (t) => {
    const seen = traceOf(t, operation);
    const error = await rejection(run());
    assert.deepEqual(names(seen), ["start", "end", "error", "asyncStart", "asyncEnd"]);
    const traced = seen.find(({ event }) => event === "error").context;
    assert.equal(traced.error, error);
    const text = everythingOf(error);
    assert.ok(!text.includes("cAnArY") && !text.includes(tenant.clientSecret));
  });
}

test("an error of the synchronous form is traced and thrown", (t) => {
  const seen = traceOf(t, "generateAccountConnectionUrl");
  const make = () => service.generateAccountConnectionUrl("github", "javascript:alert(1)");
  assert.throws(make, (error) => error === seen[1].context.error);
  assert.deepEqual(names(seen), ["start", "error", "end"]);
});

test("an aborted call is traced with the reason of the abort", async (t) => {
  const seen = traceOf(t, "findUserSessions");
  const signal = AbortSignal.abort(new Error("changed my mind"));
  const error = await rejection(service.findUserSessions(ada, { signal }));
  assert.equal(seen.find(({ event }) => event === "error").context.error, error);
  assert.equal(error, signal.reason);
});

test("a tracer has the asynchronous context of the caller, and a bound store is kept until the end", async (t) => {
  const callers = new AsyncLocalStorage();
  const spans = new AsyncLocalStorage();
  const { start } = channelOf("findUserSessions");
  start.bindStore(spans, () => ({ of: callers.getStore() }));
  t.after(() => start.unbindStore(spans));
  const ends = [];
  const subscribers = { asyncEnd: () => ends.push(spans.getStore()) };
  channelOf("findUserSessions").subscribe(subscribers);
  t.after(() => channelOf("findUserSessions").unsubscribe(subscribers));
  await Promise.all(
    ["request 1", "request 2"].map((name) =>
      callers.run(name, () => service.findUserSessions(ada)),
    ),
  );
  assert.deepEqual(ends.map(({ of }) => of).sort(), ["request 1", "request 2"]);
});

test("the result is the same with a tracer and without", async (t) => {
  const untraced = await service.findUserSessions(ada);
  traceOf(t, "findUserSessions");
  assert.deepEqual(await service.findUserSessions(ada), untraced);
});

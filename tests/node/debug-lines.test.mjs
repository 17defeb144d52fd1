// At level debug the logger gets what each request does, but nothing about the user concerned.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { accessTokenOf, CALLBACK, signIn } from "../../test-support/connection.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor } from "../../test-support/service.mjs";
import { PEOPLE, SESSIONS, startTenant } from "../../test-support/tenant.mjs";

const { ada, grace, linked, linus } = PEOPLE;
const EMAIL = "ada@example.com";
const GOOGLE = { provider: "google-oauth2", id: "115015401343387192604" };
const USER = "auth0|canary-user";
const LIST = "/api/v2/users/{user_id}/sessions";

let tenant;

before(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

/** A service that logs at debug, and its debug lines once those of a later call have arrived as well. */
function debugging(server, config) {
  const logger = recordingLogger();
  const service = serviceFor(server, { logLevel: "debug", ...config }, logger);
  const linesOf = async (act) => {
    await act(service);
    await rejection(service.findUserAuthenticationMethods("auth0|last"));
    const isLast = ({ details }) => details.operation === "findUserAuthenticationMethods";
    while (!logger.lines.some(isLast)) await logger.count(logger.lines.length + 1);
    const lines = logger.lines.filter(({ level }) => level === "debug");
    return lines.filter((line) => !isLast(line));
  };
  return { service, linesOf };
}

/** A line without the details that differ from run to run, which are checked here. */
function fixedParts({ message, details }) {
  const { correlationId, durationMs, delayMs, waitedMs, ...rest } = details;
  assert.match(correlationId, /^[0-9a-f]{32}$/);
  for (const time of [durationMs, delayMs, waitedMs]) {
    assert.ok(time === undefined || (Number.isInteger(time) && time >= 0), String(time));
  }
  assert.match(message, /^auth0-user-security: /);
  return { message: message.replace("auth0-user-security: ", ""), ...rest };
}

/** On a busy machine any request may have waited. */
const isWait = ({ message }) => message.endsWith("waited for the rate limit");
const find = (service) => service.findUserSessions(USER).catch(() => {});
const ofFind = { operation: "findUserSessions" };
const list = { ...ofFind, method: "GET", endpoint: LIST };

test("each attempt shows method, endpoint, status and duration, and a new token its lifetime", async (t) => {
  const server = await scriptedServer(t, { api: { sessions: [] } });
  const lines = (await debugging(server).linesOf(find)).filter((line) => !isWait(line));
  const token = { ...ofFind, method: "POST", endpoint: "/oauth/token", attempt: 1, status: 200 };
  assert.deepEqual(lines.map(fixedParts), [
    { message: "POST /oauth/token got a response", ...token },
    { message: "got an access token", ...ofFind, usableForSeconds: 86_340 },
    { message: `GET ${LIST} got a response`, ...list, attempt: 1, status: 200 },
  ]);
  assert.ok(lines.at(-1).details.durationMs < 60_000);
});

for (const [name, response, outcome, reason] of [
  ["a failure of Auth0", { status: 503 }, { status: 503 }, /^Auth0 responded with 503$/],
  [
    "a rate limit",
    { status: 429, headers: { "retry-after": "0" } },
    { status: 429 },
    /^the rate limit/,
  ],
  [
    "a page not from Auth0",
    { status: 502, headers: { "content-type": "text/html" }, body: "<p>" },
    { status: 502 },
    /^something in front of Auth0 responded with 502$/,
  ],
  ["a broken connection", "reset", { problem: /connection/ }, /^the connection broke$/],
]) {
  test(`${name} shows why the request is retried`, async (t) => {
    const server = await scriptedServer(t, { api: [response, { sessions: [] }] });
    const lines = await debugging(server, { retry: { maxDelayMs: 1 } }).linesOf(find);
    const ofList = lines.filter(({ details }) => details.endpoint === LIST).map(fixedParts);
    const [first, again, second] = ofList.filter((line) => !isWait(line));
    assert.equal(first.attempt, 1);
    assert.equal(first.status, outcome.status);
    if (outcome.problem) assert.match(first.problem, outcome.problem);
    assert.match(again.reason, reason);
    assert.deepEqual([second.attempt, second.status], [2, 200]);
  });
}

test("a wait for the rate limit shows how long it was", async (t) => {
  const quota = (remaining) => ({
    "x-ratelimit-limit": 10,
    "x-ratelimit-remaining": remaining,
    "x-ratelimit-reset": Math.ceil(Date.now() / 1000) + 1,
  });
  const api = () => ({ headers: quota(0), body: { sessions: [] } });
  const server = await scriptedServer(t, { api });
  const lines = await debugging(server).linesOf(async (service) => {
    await find(service);
    await find(service);
  });
  const waits = lines.filter(isWait);
  assert.ok(waits.length > 0 && waits.every(({ details }) => details.waitedMs >= 10));
  assert.equal(fixedParts(waits.at(-1)).message, `GET ${LIST} waited for the rate limit`);
});

test("the lines of a call have the correlation id of its audit event", async () => {
  const logger = recordingLogger();
  const service = serviceFor(tenant, { logLevel: "debug" }, logger);
  await service.revokeUserSession(ada, SESSIONS.adaIphone);
  while (!logger.lines.some(({ level }) => level === "info")) {
    await logger.count(logger.lines.length + 1);
  }
  const event = logger.lines.find(({ level }) => level === "info").details;
  const isChange = ({ details }) =>
    details.method && details.endpoint.startsWith("/api/v2/sessions");
  const changes = logger.lines.filter(isChange);
  assert.ok(changes.length > 0);
  for (const { details } of changes) assert.equal(details.correlationId, event.correlationId);
});

test("no debug line shows a user, an email, a session, an identity or anything secret", async () => {
  const seen = [];
  const { linesOf } = debugging(tenant, { redirectUri: CALLBACK });
  const lines = await linesOf(async (service) => {
    await service.findUserSessions({ email: EMAIL });
    await service.getUserSecurityDashboard(ada, { currentSessionId: SESSIONS.adaIphone });
    await service.checkConfiguration();
    const actor = "support|canary-actor";
    const { code, state } = await signIn(tenant, service, {
      user: ada,
      provider: "google-oauth2",
      as: grace,
    });
    await service.connectSecondaryAccount(ada, CALLBACK, code, { state, actor });
    const token = await accessTokenOf(tenant, linus);
    await service.connectSecondaryAccount(ada, "github", token);
    await service.disconnectSecondaryAccount(linked, GOOGLE);
    const ticket = await service.generatePasswordChangeTicket(ada);
    await service.revokeUserSession(ada, SESSIONS.adaIphone, { waitUntilGone: true, actor });
    await service.revokeOtherUserSessions(ada, SESSIONS.adaWindows);
    await service.revokeAllUserSessions({ email: EMAIL });
    await rejection(service.revokeUserSession(ada, SESSIONS.graceTablet));
    seen.push(code, state, token, ticket, actor);
  });
  const sent = tenant.requests.flatMap(({ headers }) => headers.authorization?.split(" ")[1] ?? []);
  const ids = [ada, grace, linked, linus].flatMap((id) => [id, id.split("|")[1]]);
  const canaries = [...seen, ...sent, ...ids, ...Object.values(SESSIONS), EMAIL, GOOGLE.id];
  const text = JSON.stringify(lines);
  assert.ok(lines.length > 30, `${lines.length} lines`);
  for (const canary of [...canaries, tenant.clientSecret]) {
    assert.ok(canary.length > 4 && !text.includes(canary), `${canary} shows in ${text}`);
  }
  for (const line of lines) {
    fixedParts(line);
    assert.match(line.details.operation, /^[a-z][A-Za-z]+$/);
  }
});

test("above level debug there are no such lines, and a logger without debug gets none", async () => {
  const quiet = recordingLogger();
  await serviceFor(tenant, { logLevel: "info" }, quiet).revokeUserSession(ada, SESSIONS.adaIphone);
  await quiet.count(1);
  assert.deepEqual(
    quiet.lines.map(({ level }) => level),
    ["info"],
  );
  const { warn, error, lines } = recordingLogger();
  await serviceFor(tenant, { logLevel: "debug" }, { warn, error, log: warn }).findUserSessions(ada);
  assert.deepEqual(lines, []);
});

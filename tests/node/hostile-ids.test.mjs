// Whatever an id contains, it stays one segment of its intended path.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { SessionNotFoundError, UserNotFoundError } from "@archie/auth0-user-security";
import { canExist, hostileIds } from "../../test-support/hostile-ids.mjs";
import { rejection, serviceFor, sharedTenant } from "../../test-support/service.mjs";

const IDS = hostileIds(400);
const SEGMENT = "((?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+)";
/** Request lines that may be sent, with a placeholder for what identifies the resource. */
const TEMPLATES = [
  "GET /api/v2/users/{}/sessions\\?take=50",
  "DELETE /api/v2/users/{}/sessions",
  "DELETE /api/v2/users/{}/refresh-tokens",
  "GET /api/v2/sessions/{}",
  "PATCH /api/v2/users/{}",
  "GET /api/v2/user-blocks/{}",
  "GET /api/v2/users/{}/authentication-methods\\?include_totals=true&per_page=50&page=0",
  "GET /api/v2/users/{}/refresh-tokens\\?take=50",
  "GET /api/v2/users/{}\\?fields=[\\w%]+&include_fields=true",
  "GET /api/v2/users-by-email\\?email={}&fields=[\\w%]+&include_fields=true",
].map((template) => new RegExp(`^${template.replace("{}", SEGMENT)}$`));

const tenant = await sharedTenant();
let service;
let untouched;

beforeEach(async () => {
  service = serviceFor(tenant);
  untouched = JSON.stringify([tenant.sessions(), tenant.refreshTokens()]);
});

/** The ids in the requests since the last call; any unexpected request line is a failure. */
function idsOnTheWire() {
  const lines = tenant.requests
    .filter(({ url }) => url !== "/oauth/token")
    .map(({ method, url }) => `${method} ${url}`);
  tenant.clearRequests();
  return lines.map((line) => {
    const segment = TEMPLATES.map((template) => template.exec(line)?.[1]).find(Boolean);
    assert.ok(segment, `unexpected request: ${line}`);
    assert.ok(!/^\.{1,2}$/.test(segment), `a segment that disappears: ${line}`);
    return decodeURIComponent(segment);
  });
}

function assertNothingChanged() {
  assert.equal(JSON.stringify([tenant.sessions(), tenant.refreshTokens()]), untouched);
}

for (const [name, call] of [
  ["findUserSessions", (user) => service.findUserSessions(user)],
  ["revokeAllUserSessions", (user) => service.revokeAllUserSessions(user)],
  ["revokeOtherUserSessions", (user) => service.revokeOtherUserSessions(user, "current")],
  ["limitUserSessions", (user) => service.limitUserSessions(user, { max: 1 })],
  ["blockUser", (user) => service.blockUser(user)],
  ["clearUserBlocks", (user) => service.clearUserBlocks(user)],
  ["removeAllUserFactors", (user) => service.removeAllUserFactors(user, { allowLast: true })],
  ["revokeUserApplication", (user) => service.revokeUserApplication(user, "client")],
  ["endUserAccess", (user) => service.endUserAccess(user, { include: ["block"] })],
]) {
  test(`hostile user ids of ${name} stay in their own path`, async () => {
    for (const id of IDS) {
      const error = await rejection(call(id));
      assert.ok(error instanceof UserNotFoundError, `${JSON.stringify(id)}: ${error}`);
      assert.deepEqual([...new Set(idsOnTheWire())], canExist(id) ? [id] : []);
    }
    assertNothingChanged();
  });
}

test("hostile session ids stay in their own path", async () => {
  for (const id of IDS) {
    const error = await rejection(service.revokeUserSession({ id: PEOPLE.ada }, { id }));
    assert.ok(error instanceof SessionNotFoundError, `${JSON.stringify(id)}: ${error}`);
    // The second request is for the user's list, which must not show the session either.
    assert.deepEqual(idsOnTheWire(), canExist(id) ? [id, PEOPLE.ada] : []);
  }
  assertNothingChanged();
});

test("hostile ids of factors and applications are not found, and never in a path", async () => {
  const { dorothy } = PEOPLE;
  for (const id of IDS) {
    const factor = await rejection(service.removeUserFactor(dorothy, { id }, { allowLast: true }));
    assert.equal(factor.reason, "factor_not_found", `${JSON.stringify(id)}: ${factor}`);
    assert.deepEqual([...new Set(idsOnTheWire())], [dorothy]);
    const application = await rejection(service.revokeUserApplication(dorothy, id));
    assert.equal(application.reason, "application_not_found", `${JSON.stringify(id)}`);
    assert.ok(idsOnTheWire().every((segment) => segment === dorothy));
  }
  assertNothingChanged();
});

test("hostile user ids cannot reach an existing session", async () => {
  for (const id of IDS) {
    const error = await rejection(service.revokeUserSession(id, SESSIONS.adaIphone));
    const expected = canExist(id) ? SessionNotFoundError : UserNotFoundError;
    assert.ok(error instanceof expected, `${JSON.stringify(id)}: ${error}`);
    assert.deepEqual(idsOnTheWire(), canExist(id) ? [SESSIONS.adaIphone] : []);
  }
  assertNothingChanged();
});

/** Written independently of the library: text on both sides of an @, and no space at either end. */
const canBeEmail = (email) =>
  canExist(email) && /^(?!\p{White_Space}|@).*@.*(?<!\p{White_Space}|@)$/su.test(email);
const foldAscii = (text) => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

test("hostile emails stay one value of the query", async () => {
  let unseen = [];
  for (const email of [...IDS, ...IDS.map((id) => `${id}@example.com`)]) {
    const error = await rejection(service.findUserSessions({ email }));
    assert.ok(error instanceof UserNotFoundError, `${JSON.stringify(email)}: ${error}`);
    const spellings = canBeEmail(email) ? [foldAscii(email), email] : [];
    // Auth0 may refuse one spelling before the other arrives, so that one can arrive during the next call.
    const sent = idsOnTheWire();
    const [own, late] = [spellings, unseen].map((of) => sent.filter((it) => of.includes(it)));
    assert.deepEqual(
      sent.filter((value) => !own.includes(value) && !late.includes(value)),
      [],
      JSON.stringify([email, sent]),
    );
    assert.equal(own.length > 0, spellings.length > 0, JSON.stringify(email));
    unseen = spellings.filter((value) => !own.includes(value));
  }
});

test("ids that cannot exist are not found, without a single request", async () => {
  for (const id of IDS.filter((id) => !canExist(id))) {
    await rejection(service.findUserSessions(id));
    await rejection(service.findUserSessions({ email: id }));
    await rejection(service.revokeAllUserSessions({ sub: id }));
    await rejection(service.revokeUserSession(id, id));
    await rejection(service.revokeUserSession(PEOPLE.ada, { id }));
  }
  assert.deepEqual(tenant.requests, []);
});

test("a user whose id is full of reserved characters is still reached", async () => {
  const user_id = "auth0|a/b?c#d%2e;e&f=g+h ü😀";
  tenant.addUser({ user_id });
  const { id } = tenant.addSession({ user_id });
  const sessions = await service.findUserSessions(user_id);
  assert.deepEqual(
    sessions.map((session) => session.id),
    [id],
  );
});

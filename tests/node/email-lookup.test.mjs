// An email identifies only the accounts that own it, whatever the server returns.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { AccountLinkingError, Auth0ApiError, UserNotFoundError } from "@archie/auth0-user-security";
import { CALLBACK } from "../../test-support/connection.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, sharedTenant, writes } from "../../test-support/service.mjs";

const KELVIN = "\u212aatherine@example.com";
const ADA = { user_id: "auth0|ada", email: "ada@example.com", identities: [] };
const MALLORY = { user_id: "auth0|mallory", email: "mallory@evil.example", identities: [] };

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant);
});

/** Every call on a user. */
const CALLS = {
  findUserSessions: (service, user) => service.findUserSessions(user),
  revokeUserSession: (service, user) => service.revokeUserSession(user, { id: "session" }),
  revokeAllUserSessions: (service, user) => service.revokeAllUserSessions(user),
  revokeOtherUserSessions: (service, user) => service.revokeOtherUserSessions(user, "session"),
  getUserSecurityDashboard: (service, user) => service.getUserSecurityDashboard(user),
  findUserAuthenticationMethods: (service, user) => service.findUserAuthenticationMethods(user),
  generatePasswordChangeTicket: (service, user) => service.generatePasswordChangeTicket(user),
  disconnectSecondaryAccount: (service, user) =>
    service.disconnectSecondaryAccount(user, { provider: "github", id: "1" }),
  connectSecondaryAccount: (service, user) =>
    service.connectSecondaryAccount(user, CALLBACK, "code"),
};

const paths = ({ requests }) => requests.map(({ method, url }) => `${method} ${url.split("?")[0]}`);
const isLookup = ({ url }) => url.startsWith("/api/v2/users-by-email?");
const ids = (sessions) => [...new Set(sessions.map(({ userId }) => userId))];

for (const [name, call] of Object.entries(CALLS)) {
  test(`${name} does not affect an account that has another email`, async (t) => {
    const server = await scriptedServer(t, { api: [[MALLORY]] });
    const logger = recordingLogger();
    const error = await rejection(
      call(serviceFor(server, {}, logger), { email: "ada@example.com" }),
    );
    assert.equal(error.constructor, UserNotFoundError, String(error));
    assert.deepEqual(paths(server), ["POST /oauth/token", "GET /api/v2/users-by-email"]);
    const warning = logger.lines.find(({ message }) => /ignored/.test(message));
    assert.equal(warning.details.accounts, 1);
    assert.doesNotMatch(JSON.stringify(logger.lines), /mallory|evil/i);
    assert.doesNotMatch(JSON.stringify({ ...error, message: error.message }), /mallory|evil/i);
  });

  test(`${name} of a malformed email sends nothing and says what is wrong`, async () => {
    for (const [email, reason] of [
      ["not-an-email", /no @/],
      ["ada@", /after the @/],
      ["@example.com", /before the @/],
      ["@", /before the @/],
      [" ada@example.com", /space/],
      ["ada@example.com\u00a0", /space/],
      ["ada@example.com\n", /line break/],
      ["", /empty/],
      ["\ud800@example.com", /Unicode/],
      [`${"a".repeat(300)}@example.com`, /300/],
    ]) {
      const error = await rejection(call(service, { email }));
      assert.equal(error.constructor, UserNotFoundError, `${email}: ${error}`);
      assert.match(error.hint, reason, email);
      assert.ok(error.message.includes(error.hint), error.message);
    }
    assert.deepEqual(tenant.requests, []);
  });
}

test("an account with another email than the requested one is left out with one warning", async (t) => {
  const api = ({ url }) =>
    isLookup({ url }) ? [MALLORY, ADA, { ...MALLORY, user_id: "auth0|m2" }] : { sessions: [] };
  const server = await scriptedServer(t, { api });
  const logger = recordingLogger();
  await serviceFor(server, {}, logger).findUserSessions({ email: "ada@example.com" });
  assert.equal(paths(server).at(-1), "GET /api/v2/users/auth0%7Cada/sessions");
  assert.deepEqual(
    logger.lines.map(({ level, details }) => [level, details.accounts]),
    [["warn", 2]],
  );
});

test("an account whose id cannot exist is not found", async (t) => {
  for (const user_id of ["", ".", "..", "auth0|a\nb", "a".repeat(301)]) {
    const server = await scriptedServer(t, { api: [[{ ...ADA, user_id }]] });
    const found = serviceFor(server).revokeAllUserSessions({ email: "ada@example.com" });
    assert.equal((await rejection(found)).constructor, UserNotFoundError, user_id);
    assert.deepEqual(writes(server), []);
  }
});

test("a connected account's email counts only if it is verified", async (t) => {
  for (const [email_verified, counts] of [
    [true, true],
    ["true", true],
    [false, false],
    ["false", false],
    ["TRUE", false],
    [1, false],
    [null, false],
    [undefined, false],
  ]) {
    const identity = { provider: "github", user_id: "1", connection: "github" };
    const profileData = { email: "Ada@example.com", email_verified };
    const user = { ...MALLORY, identities: [{ ...identity, profileData }] };
    const server = await scriptedServer(t, {
      api: ({ url }) => (isLookup({ url }) ? [user] : { sessions: [] }),
    });
    const found = serviceFor(server).findUserSessions({ email: "ada@example.com" });
    if (counts) assert.deepEqual(await found, []);
    else assert.equal((await rejection(found)).constructor, UserNotFoundError, email_verified);
  }
});

test("the account's own email counts whether it is verified or not", async () => {
  tenant.addUser({ user_id: "auth0|new", email: "new@example.com", email_verified: false });
  tenant.addSession({ user_id: "auth0|new" });
  const found = await service.findUserSessions({ email: "New@Example.com" });
  assert.deepEqual(ids(found), ["auth0|new"]);
});

test("letters beyond ASCII are not folded: a lookalike finds no user", async () => {
  tenant.addUser({ user_id: "auth0|s", email: "s@example.com" });
  tenant.addUser({ user_id: "auth0|e", email: "é@example.com" });
  for (const emailLookup of ["exact", "any-case"]) {
    const lookup = serviceFor(tenant, { emailLookup });
    for (const email of [KELVIN, "\u017f@example.com", "É@example.com", "İ@example.com"]) {
      const error = await rejection(lookup.generatePasswordChangeTicket({ email }));
      assert.equal(error.constructor, UserNotFoundError, `${emailLookup} ${email}`);
    }
  }
  assert.deepEqual(writes(tenant), []);
});

test("a server that folds letters beyond ASCII cannot return another user", async (t) => {
  const katherine = { ...ADA, email: "katherine@example.com" };
  const server = await scriptedServer(t, { api: [[katherine]] });
  const error = await rejection(serviceFor(server).revokeAllUserSessions({ email: KELVIN }));
  assert.equal(error.constructor, UserNotFoundError);
  assert.deepEqual(writes(server), []);
});

test("a state bound to a lookalike of an email is not valid for the other user", async () => {
  const stateFor = (email) =>
    service.generateAccountConnectionUrl("github", CALLBACK, { user: { email } }).state;
  const finish = (email, state) =>
    rejection(service.connectSecondaryAccount({ email }, CALLBACK, "code", { state }));
  const foreign = await finish("katherine@example.com", stateFor(KELVIN));
  assert.equal(foreign.constructor, AccountLinkingError);
  assert.equal(foreign.reason, "state_invalid");
  assert.deepEqual(tenant.requests, []);
  const own = await finish("katherine@example.com", stateFor("KATHERINE@example.com"));
  assert.equal(own.reason, "code_rejected");
});

test("no connection URL is created for a malformed email", async () => {
  const make = () =>
    service.generateAccountConnectionUrl("github", CALLBACK, { user: { email: "ada@" } });
  assert.throws(make, (error) => error instanceof UserNotFoundError && /after/.test(error.hint));
});

test("an email that Auth0 itself rejects as malformed is not found", async () => {
  for (const email of ["a b@example.com", "a@b@example.com", "ada@example.com\u200b"]) {
    const error = await rejection(service.findUserSessions({ email }));
    assert.equal(error.constructor, UserNotFoundError, email);
    assert.match(error.hint, /Auth0 does not accept it/);
    assert.equal(error.cause.errorCode, "invalid_query_string");
  }
});

test("any other rejection of the lookup is an Auth0ApiError", async (t) => {
  for (const body of [{ statusCode: 400, errorCode: "invalid_body" }, { statusCode: 400 }]) {
    const server = await scriptedServer(t, { api: { status: 400, body } });
    const error = await rejection(serviceFor(server).findUserSessions({ email: "a@example.com" }));
    assert.equal(error.constructor, Auth0ApiError, JSON.stringify(body));
  }
});

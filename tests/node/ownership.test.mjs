// Only the sessions of the intended user are ever touched.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import {
  AmbiguousUserError,
  SessionNotFoundError,
  UserNotFoundError,
} from "@archie/auth0-user-security";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, sharedTenant, writes } from "../../test-support/service.mjs";

const { ada, grace, linus } = PEOPLE;

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant);
});

/** Everything of an error that a program can see, except where it was thrown and the id of its call, which is random. */
function visible(error) {
  const {
    stack: _stack,
    correlationId,
    ...fields
  } = Object.fromEntries(Object.getOwnPropertyNames(error).map((name) => [name, error[name]]));
  assert.match(correlationId, /^[0-9a-f]{32}$/);
  const json = { ...error.toJSON(), correlationId: undefined };
  return { type: error.constructor, json, ...fields };
}

for (const [form, user, session] of [
  ["by ids", ada, SESSIONS.graceTablet],
  ["by objects", { id: ada }, { id: SESSIONS.graceTablet }],
  ["by email", { email: "ada@example.com" }, { id: SESSIONS.graceTablet }],
]) {
  test(`another user's session cannot be revoked ${form}, and nothing is written`, async () => {
    const error = await rejection(service.revokeUserSession(user, session));
    assert.ok(error instanceof SessionNotFoundError, String(error));
    assert.deepEqual(writes(tenant), []);
  });
}

test("a foreign session, an absent one and one that cannot exist look the same", async () => {
  const of = async (id) => visible(await rejection(service.revokeUserSession(ada, id)));
  const foreign = await of(SESSIONS.graceTablet);
  assert.equal(foreign.code, "ERR_SESSION_NOT_FOUND");
  assert.equal(foreign.operation, "revokeUserSession");
  for (const id of ["Xx0CvBnM1AsDfGhJkL2QwErTyUiOp3-_", "x".repeat(60), "..", "", "a/../b"]) {
    assert.deepEqual(await of(id), foreign, id);
  }
});

test("the owner is compared byte for byte", async () => {
  const lookalikes = ["auth0|ADA", "auth0|ada ", "auth0|a\u0301da", "auth0|ada\u200b", "sms|ada"];
  const owner = "auth0|ada";
  for (const user_id of [owner, ...lookalikes]) tenant.addUser({ user_id });
  const { id } = tenant.addSession({ user_id: owner });
  for (const user of lookalikes) {
    const error = await rejection(service.revokeUserSession(user, id));
    assert.ok(error instanceof SessionNotFoundError, user);
  }
  assert.deepEqual(writes(tenant), []);
  await service.revokeUserSession(owner, id);
  assert.equal(tenant.session(id), undefined);
});

test("a session whose response names no owner has none", async (t) => {
  for (const user_id of [null, undefined, 5, "", { id: "auth0|a" }]) {
    const server = await scriptedServer(t, { api: { id: "s", user_id } });
    const error = await rejection(serviceFor(server).revokeUserSession("auth0|a", "s"));
    assert.ok(error instanceof SessionNotFoundError, String(error));
    assert.deepEqual(writes(server), []);
  }
});

test("a foreign session within a user's list is left alone by revokeOtherUserSessions", async (t) => {
  const sessions = [
    { id: "own", user_id: "auth0|a" },
    { id: "foreign", user_id: "auth0|b" },
    { id: "unowned" }, // when read by id, it is the user's own
    { id: "alien" }, // when read by id, it is not
  ];
  const owners = { unowned: "auth0|a", alien: "auth0|b" };
  const server = await scriptedServer(t, {
    api: ({ method, url }) => {
      if (method !== "GET") return { status: 202 };
      const id = /\/sessions\/(\w+)$/.exec(url)?.[1];
      return id ? { id, user_id: owners[id] } : { sessions };
    },
  });
  assert.equal(await serviceFor(server).revokeOtherUserSessions("auth0|a", "current"), 2);
  const revoked = writes(server).map(({ url }) => url);
  assert.deepEqual(revoked.sort(), [
    "/api/v2/sessions/own/revoke",
    "/api/v2/sessions/unowned/revoke",
  ]);
});

const everyCall = {
  findUserSessions: (user) => service.findUserSessions(user),
  revokeUserSession: (user) => service.revokeUserSession(user, SESSIONS.adaIphone),
  revokeAllUserSessions: (user) => service.revokeAllUserSessions(user),
  revokeOtherUserSessions: (user) => service.revokeOtherUserSessions(user, SESSIONS.adaIphone),
};

for (const [name, call] of Object.entries(everyCall)) {
  test(`${name} with an email of several accounts is an error that lists them`, async () => {
    const error = await rejection(call({ email: "shared@example.com" }));
    assert.ok(error instanceof AmbiguousUserError, String(error));
    assert.equal(error.code, "ERR_AMBIGUOUS_USER");
    assert.deepEqual(error.userIds, [PEOPLE.sharedDatabase, PEOPLE.sharedGoogle].sort());
    assert.deepEqual(writes(tenant), []);
  });

  test(`${name} with an unknown email is UserNotFoundError`, async () => {
    const error = await rejection(call({ email: "nobody@example.com" }));
    assert.ok(error instanceof UserNotFoundError, String(error));
    assert.deepEqual(writes(tenant), []);
  });

  test(`${name} with contradictory ids sends nothing`, async () => {
    for (const user of [
      { id: ada, sub: grace },
      { sub: ada, user_id: grace },
      { id: ada, user_id: `${ada} ` },
      { id: ada, sub: "" },
    ]) {
      const error = await rejection(call(user));
      assert.deepEqual([error.name, error.code], ["TypeError", "ERR_INVALID_ARG_VALUE"]);
    }
    assert.deepEqual(tenant.requests, []);
  });
}

test("an unverified account does not take precedence over a verified one, even if it comes first", async () => {
  tenant.addUser({ user_id: "auth0|000-attacker", email: "linus@example.com" });
  const rows = tenant.users().filter(({ email }) => email === "linus@example.com");
  assert.ok(rows.some(({ email_verified }) => !email_verified));
  const error = await rejection(service.revokeAllUserSessions({ email: "linus@example.com" }));
  assert.deepEqual(error.userIds, ["auth0|000-attacker", linus]);
  assert.deepEqual(writes(tenant), []);
});

test("an email is found in lower case whatever its spelling", async () => {
  const sessions = await service.findUserSessions({ email: "ADA@Example.Com" });
  assert.ok(sessions.length > 0 && sessions.every(({ userId }) => userId === ada));
});

test("an email that its provider spells with capitals is found as given", async () => {
  tenant.addSession({ user_id: PEOPLE.upperCase });
  const sessions = await service.findUserSessions({ email: "Margaret.Hamilton@Example.COM" });
  assert.deepEqual(
    sessions.map(({ userId }) => userId),
    [PEOPLE.upperCase],
  );
});

test("the same address in another spelling makes an email ambiguous", async () => {
  tenant.addUser({ user_id: "auth0|attacker", email: "margaret.hamilton@example.com" });
  const error = await rejection(
    service.findUserSessions({ email: "Margaret.Hamilton@Example.COM" }),
  );
  assert.ok(error instanceof AmbiguousUserError, String(error));
  assert.deepEqual(error.userIds, ["auth0|attacker", PEOPLE.upperCase]);
});

test("a connection selects the account of an email", async () => {
  const email = "shared@example.com";
  tenant.addSession({ user_id: PEOPLE.sharedGoogle });
  for (const [connection, userId] of [
    ["google-oauth2", PEOPLE.sharedGoogle],
    ["Username-Password-Authentication", PEOPLE.sharedDatabase],
  ]) {
    const sessions = await service.findUserSessions({ email, connection });
    assert.deepEqual([...new Set(sessions.map((session) => session.userId))], [userId]);
  }
});

test("a connection that no account has finds no user", async () => {
  for (const connection of ["github", "", "GOOGLE-OAUTH2", "\ud800"]) {
    const error = await rejection(
      service.findUserSessions({ email: "shared@example.com", connection }),
    );
    assert.ok(error instanceof UserNotFoundError, connection);
  }
});

test("a connection applies even if only one account has the email", async () => {
  const user = { email: "ada@example.com", connection: "github" };
  assert.ok((await rejection(service.revokeAllUserSessions(user))) instanceof UserNotFoundError);
  assert.deepEqual(writes(tenant), []);
});

test("a bare string is an id, and the error for an email says how to look it up", async () => {
  const error = await rejection(service.findUserSessions("ada@example.com"));
  assert.ok(error instanceof UserNotFoundError, String(error));
  assert.match(error.message, /\{ email:/);
});

// An email names the accounts whose own it is, and nobody else, whatever the server returns.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { startTenant } from "@archie/auth0-tenant-emulator";
import {
  AccountLinkingError,
  AmbiguousUserError,
  Auth0ApiError,
  UserNotFoundError,
} from "@archie/auth0-user-security";
import { CALLBACK } from "./support/connection.mjs";
import { recordingLogger } from "./support/logger.mjs";
import { scriptedServer } from "./support/scripted-server.mjs";
import { rejection, serviceFor, writes } from "./support/service.mjs";

const KELVIN = "\u212aatherine@example.com";
const ADA = { user_id: "auth0|ada", email: "ada@example.com", identities: [] };
const MALLORY = { user_id: "auth0|mallory", email: "mallory@evil.example", identities: [] };

let tenant;
let service;

before(async () => {
  tenant = await startTenant();
});
beforeEach(() => {
  tenant.reset();
  service = serviceFor(tenant);
});
after(() => tenant.close());

/** Every call on a user, by what it is called on. */
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
const isSearch = ({ url }) => url.startsWith("/api/v2/users?");
const ids = (sessions) => [...new Set(sessions.map(({ userId }) => userId))];

/** What the search was asked for. */
const searches = ({ requests }) =>
  requests.filter(isSearch).map(({ url }) => new URL(url, "http://x").searchParams);

for (const [name, call] of Object.entries(CALLS)) {
  test(`${name} does nothing to an account that has another email`, async (t) => {
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

test("an account with another email beside the right one is left out with one warning", async (t) => {
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

test("an account whose id cannot exist is nobody", async (t) => {
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

test("letters beyond ASCII are not folded: a lookalike finds nobody", async () => {
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

test("a server that folds letters beyond ASCII cannot hand out somebody else", async (t) => {
  const katherine = { ...ADA, email: "katherine@example.com" };
  const server = await scriptedServer(t, { api: [[katherine]] });
  const error = await rejection(serviceFor(server).revokeAllUserSessions({ email: KELVIN }));
  assert.equal(error.constructor, UserNotFoundError);
  assert.deepEqual(writes(server), []);
});

test("a state bound to a lookalike of an email is not the other person's", async () => {
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

test("no connection URL is made for a malformed email", async () => {
  const make = () =>
    service.generateAccountConnectionUrl("github", CALLBACK, { user: { email: "ada@" } });
  assert.throws(make, (error) => error instanceof UserNotFoundError && /after/.test(error.hint));
});

test("an email that Auth0 itself refuses as malformed is found by nobody", async () => {
  for (const email of ["a b@example.com", "a@b@example.com", "ada@example.com\u200b"]) {
    const error = await rejection(service.findUserSessions({ email }));
    assert.equal(error.constructor, UserNotFoundError, email);
    assert.match(error.hint, /Auth0 does not accept it/);
    assert.equal(error.cause.errorCode, "invalid_query_string");
  }
});

test("any other refusal of the lookup stays an error of Auth0", async (t) => {
  for (const body of [{ statusCode: 400, errorCode: "invalid_body" }, { statusCode: 400 }]) {
    const server = await scriptedServer(t, { api: { status: 400, body } });
    const error = await rejection(serviceFor(server).findUserSessions({ email: "a@example.com" }));
    assert.equal(error.constructor, Auth0ApiError, JSON.stringify(body));
  }
});

/** `two@…` in a database and `Two@…` of an enterprise; `Solo@…` of an enterprise alone. */
function addSpellings() {
  const enterprise = { connection: "acme-saml", email_verified: true };
  tenant.addUser({ user_id: "auth0|two", email: "two@example.com" });
  tenant.addUser({ user_id: "samlp|acme-saml|two", email: "Two@Example.com", ...enterprise });
  tenant.addUser({ user_id: "samlp|acme-saml|solo", email: "Solo@Example.com", ...enterprise });
  for (const user_id of ["auth0|two", "samlp|acme-saml|two", "samlp|acme-saml|solo"]) {
    tenant.addSession({ user_id });
  }
}

test("an exact lookup finds lower case and the case given, and never searches", async () => {
  addSpellings();
  for (const config of [{}, { emailLookup: "exact" }, { emailLookup: null }]) {
    const exact = serviceFor(tenant, config);
    const find = (email) => exact.findUserSessions({ email });
    assert.deepEqual(ids(await find("two@example.com")), ["auth0|two"]);
    assert.deepEqual(ids(await find("TWO@example.com")), ["auth0|two"]);
    const both = await rejection(find("Two@Example.com"));
    assert.deepEqual(both.userIds, ["auth0|two", "samlp|acme-saml|two"]);
    assert.deepEqual(ids(await find("Solo@Example.com")), ["samlp|acme-saml|solo"]);
    assert.equal((await rejection(find("solo@example.com"))).constructor, UserNotFoundError);
  }
  assert.deepEqual(tenant.requests.filter(isSearch), []);
});

test("a lookup in any case finds every spelling, and two of them are ambiguous", async () => {
  addSpellings();
  const anyCase = serviceFor(tenant, { emailLookup: "any-case" });
  for (const email of ["solo@example.com", "SOLO@EXAMPLE.COM", "Solo@Example.com"]) {
    assert.deepEqual(ids(await anyCase.findUserSessions({ email })), ["samlp|acme-saml|solo"]);
  }
  for (const email of ["two@example.com", "TWO@example.com", "Two@Example.com"]) {
    const error = await rejection(anyCase.revokeAllUserSessions({ email }));
    assert.equal(error.constructor, AmbiguousUserError, email);
    assert.deepEqual(error.userIds, ["auth0|two", "samlp|acme-saml|two"]);
  }
  assert.deepEqual(writes(tenant), []);
  const user = { email: "two@example.com", connection: "acme-saml" };
  assert.deepEqual(ids(await anyCase.findUserSessions(user)), ["samlp|acme-saml|two"]);
});

test("what the search shows counts only after it was read by its id", async () => {
  const late = await startTenant({ searchDelay: 60_000 });
  try {
    late.addUser({ user_id: "samlp|s|1", connection: "s", email: "Old@Example.com" });
    late.addUser({ user_id: "samlp|s|2", connection: "s", email: "Gone@Example.com" });
    const anyCase = serviceFor(late, { emailLookup: "any-case" });
    const find = (email) => anyCase.findUserSessions({ email });
    assert.deepEqual(await find("old@example.com"), []);
    const asked = paths(late);
    assert.ok(asked.includes("GET /api/v2/users/samlp%7Cs%7C1"), asked.join());
    const token = late.requests.find(({ url }) => url === "/oauth/token").responseJson.access_token;
    const change = (id, method, body) =>
      fetch(`${late.domain}/api/v2/users/${encodeURIComponent(id)}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: body && JSON.stringify(body),
      });
    assert.equal((await change("samlp|s|1", "PATCH", { email: "new@example.com" })).status, 200);
    assert.equal((await change("samlp|s|2", "DELETE")).status, 204);
    for (const email of ["old@example.com", "gone@example.com"]) {
      assert.equal((await rejection(find(email))).constructor, UserNotFoundError, email);
    }
    assert.deepEqual(await find("new@example.com"), []);
  } finally {
    await late.close();
  }
});

test("hits of the search that have another email are neither read nor believed", async (t) => {
  const users = [MALLORY, { user_id: ".." }, { user_id: "auth0|nameless" }];
  const server = await scriptedServer(t, {
    api: ({ url }) => {
      if (isLookup({ url })) return [];
      return isSearch({ url }) ? { users, total: 3 } : { ...MALLORY, user_id: "auth0|nameless" };
    },
  });
  const logger = recordingLogger();
  const anyCase = serviceFor(server, { emailLookup: "any-case" }, logger);
  const error = await rejection(anyCase.revokeAllUserSessions({ email: "ada@example.com" }));
  assert.equal(error.constructor, UserNotFoundError);
  const read = paths(server).filter((path) => path.startsWith("GET /api/v2/users/"));
  assert.deepEqual(read, ["GET /api/v2/users/auth0%7Cnameless"]);
  assert.deepEqual(writes(server), []);
  assert.equal(logger.lines.length, 1);
});

const HOSTILE = [
  'x" OR email:"ada@example.com',
  'x\\" OR email:"ada@example.com',
  '\\"@example.com',
  "*@example.com",
  "ada?@example.com",
  "ad*@*",
  "(a OR b)@example.com",
  "a@example.com AND NOT b:c",
  "[a TO z]@example.com",
  "/.*/@example.com",
  "a@example.com~2^5",
  "a&&b||c!@example.com",
  "a+b-c@example.com",
];

test("no email adds anything to the query of the search", async (t) => {
  const server = await scriptedServer(t, {
    api: (request) => (isLookup(request) ? [] : { users: [], total: 0 }),
  });
  const anyCase = serviceFor(server, { emailLookup: "any-case" });
  for (const email of HOSTILE) {
    assert.equal((await rejection(anyCase.findUserSessions({ email }))).name, "UserNotFoundError");
    const query = searches(server).at(-1);
    const phrase = /^email:"((?:[^"\\]|\\.)*)"$/s.exec(query.get("q"))?.[1];
    assert.equal(phrase?.replaceAll(/\\(.)/gs, "$1"), email, query.get("q"));
    assert.doesNotMatch(phrase, /(?<!\\)(?:\\\\)*[*?]/, "an active wildcard");
    assert.equal(query.get("search_engine"), "v3");
  }
});

test("a tenant that searches finds nobody for a hostile email", async () => {
  tenant.addUser({ user_id: "auth0|plus", email: "a+b-c@example.com" });
  const anyCase = serviceFor(tenant, { emailLookup: "any-case" });
  for (const email of HOSTILE.slice(0, -1)) {
    const error = await rejection(anyCase.findUserSessions({ email }));
    assert.equal(error.constructor, UserNotFoundError, `${email}: ${error}`);
  }
  assert.deepEqual(await anyCase.findUserSessions({ email: "A+B-C@example.com" }), []);
});

/** A tenant whose search has so many hits, all with this email, of which one is left. */
function manyHits(t, total, shown = total) {
  const hit = (index) => ({ user_id: `auth0|${index}`, email: "Ada@Example.com" });
  return scriptedServer(t, {
    api: ({ url }) => {
      const { pathname, searchParams } = new URL(url, "http://x");
      if (isLookup({ url })) return [];
      if (isSearch({ url })) {
        const start = Number(searchParams.get("page")) * 50;
        const length = Math.max(0, Math.min(50, shown - start));
        return { total, users: Array.from({ length }, (_, index) => hit(start + index)) };
      }
      if (pathname.endsWith("/sessions")) return { sessions: [] };
      const isLast = pathname.endsWith(`%7C${shown - 1}`);
      return isLast ? hit(shown - 1) : { status: 404, body: { statusCode: 404 } };
    },
  });
}

test("a search is read to its last page", async (t) => {
  for (const total of [1, 50, 51]) {
    const server = await manyHits(t, total);
    const anyCase = serviceFor(server, { emailLookup: "any-case" });
    assert.deepEqual(await anyCase.findUserSessions({ email: "ada@example.com" }), []);
    const pages = searches(server).map((query) => query.get("page"));
    assert.deepEqual(pages, total > 50 ? ["0", "1"] : ["0"]);
  }
});

test("a search with more hits than Auth0 shows is an error, never a guess", async (t) => {
  const server = await manyHits(t, 5000);
  const anyCase = serviceFor(server, { emailLookup: "any-case" });
  const error = await rejection(anyCase.findUserSessions({ email: "ada@example.com" }));
  assert.equal(error.constructor, Auth0ApiError);
  assert.equal(searches(server).length, 20);
  assert.ok(!paths(server).some((path) => path.startsWith("GET /api/v2/users/")));
});

test("a search that fails is an error, although the exact lookup found somebody", async () => {
  tenant.fault("get_users", { status: 503 }, Number.POSITIVE_INFINITY);
  const config = { emailLookup: "any-case", retry: { maxDelayMs: 0 } };
  const user = { email: "ada@example.com" };
  const error = await rejection(serviceFor(tenant, config).revokeAllUserSessions(user));
  assert.equal(error.statusCode, 503);
  assert.deepEqual(writes(tenant), []);
});

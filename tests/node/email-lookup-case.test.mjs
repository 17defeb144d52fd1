// `emailLookup`: which spellings of an email are found, and that a search only names candidates.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AmbiguousUserError, Auth0ApiError, UserNotFoundError } from "@archie/auth0-user-security";
import { recordingLogger } from "../../test-support/logger.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, sharedTenant, writes } from "../../test-support/service.mjs";
import { startTenant } from "../../test-support/tenant.mjs";

const MALLORY = { user_id: "auth0|mallory", email: "mallory@evil.example", identities: [] };

const tenant = await sharedTenant();

const paths = ({ requests }) => requests.map(({ method, url }) => `${method} ${url.split("?")[0]}`);
const isLookup = ({ url }) => url.startsWith("/api/v2/users-by-email?");
const isSearch = ({ url }) => url.startsWith("/api/v2/users?");
const ids = (sessions) => [...new Set(sessions.map(({ userId }) => userId))];

/** The queries of the searches. */
const searches = ({ requests }) =>
  requests.filter(isSearch).map(({ url }) => new URL(url, "http://x").searchParams);

/** `two@…` in a database and `Two@…` of an enterprise connection; `Solo@…` only of the latter. */
function addSpellings() {
  const enterprise = { connection: "acme-saml", email_verified: true };
  tenant.addUser({ user_id: "auth0|two", email: "two@example.com" });
  tenant.addUser({ user_id: "samlp|acme-saml|two", email: "Two@Example.com", ...enterprise });
  tenant.addUser({ user_id: "samlp|acme-saml|solo", email: "Solo@Example.com", ...enterprise });
  for (const user_id of ["auth0|two", "samlp|acme-saml|two", "samlp|acme-saml|solo"]) {
    tenant.addSession({ user_id });
  }
}

test("an exact lookup finds the email in lower case and as given, and never searches", async () => {
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

test("a case-insensitive lookup finds every spelling, and two of them are ambiguous", async () => {
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

test("a search hit counts only after it was read by its id", async () => {
  const late = await startTenant({ searchDelay: 60_000 });
  try {
    late.addConnection({ name: "s", strategy: "samlp" });
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

test("search hits that do not have the email are neither read nor trusted", async (t) => {
  const users = [MALLORY, { user_id: ".." }, { user_id: "auth0|nameless" }];
  const server = await scriptedServer(t, {
    api: ({ url }) => {
      if (isLookup({ url })) return [];
      return isSearch({ url }) ? { users, total: 3 } : { status: 404 };
    },
  });
  const logger = recordingLogger();
  const anyCase = serviceFor(server, { emailLookup: "any-case" }, logger);
  const error = await rejection(anyCase.revokeAllUserSessions({ email: "ada@example.com" }));
  assert.equal(error.constructor, UserNotFoundError);
  const read = paths(server).filter((path) => path.startsWith("GET /api/v2/users/"));
  assert.deepEqual(read, []);
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

test("no email can extend the query of the search", async (t) => {
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

test("a search for a hostile email finds no user", async () => {
  tenant.addUser({ user_id: "auth0|plus", email: "a+b-c@example.com" });
  const anyCase = serviceFor(tenant, { emailLookup: "any-case" });
  for (const email of HOSTILE.slice(0, -1)) {
    const error = await rejection(anyCase.findUserSessions({ email }));
    assert.equal(error.constructor, UserNotFoundError, `${email}: ${error}`);
  }
  assert.deepEqual(await anyCase.findUserSessions({ email: "A+B-C@example.com" }), []);
});

/** A tenant whose search has this many hits, all with this email, of which one still exists. */
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
      return isLast ? hit(shown - 1) : { status: 404 };
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

test("a search that fails is an error, even if the exact lookup found a user", async () => {
  tenant.fault("get_users", { status: 503 }, Number.POSITIVE_INFINITY);
  const config = { emailLookup: "any-case", retry: { maxDelayMs: 0 } };
  const user = { email: "ada@example.com" };
  const error = await rejection(serviceFor(tenant, config).revokeAllUserSessions(user));
  assert.equal(error.statusCode, 503);
  assert.deepEqual(writes(tenant), []);
});

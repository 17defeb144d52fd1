// From a response, or from its absence, nothing is concluded that it does not prove.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Auth0ApiError,
  ConfigurationError,
  RateLimitError,
  UserNotFoundError,
} from "@archie/auth0-user-security";
import { linkError } from "../../test-support/linking.mjs";
import { scriptedServer, tokenResponse } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor } from "../../test-support/service.mjs";
import { PRIMARY, scriptedIssuer } from "../../test-support/signing.mjs";

const ME = "auth0|me";
const ACCEPTED = { status: 202 };
const impatient = { retry: { maxAttempts: 1 } };
const unknown = (step) => [{ step, state: "unknown" }];
const refusal = (status, errorCode) => ({ status, body: { statusCode: status, errorCode } });
const token = { ...tokenResponse, scope: `${tokenResponse.scope} read:refresh_tokens` };

/** A user with this page of sessions and this page of refresh tokens, and deletes that are accepted. */
const listing = (t, sessions, tokens = { tokens: [] }) =>
  scriptedServer(t, {
    token,
    api: ({ method, url }) => {
      if (method !== "GET") return url.endsWith("/revoke") ? refusal(404) : ACCEPTED;
      if (url.startsWith("/api/v2/sessions/")) return { id: "s1", user_id: ME };
      return url.includes("/refresh-tokens") ? tokens : sessions;
    },
  });

for (const next of [7, true, "", { a: 1 }, ["c"], "\ud800"]) {
  const shown = JSON.stringify(next);
  test(`a list whose cursor is ${shown} is not complete`, async (t) => {
    const sessions = { body: `{"sessions":[],"next":${shown}}` };
    const service = serviceFor(await listing(t, sessions));
    for (const call of [
      () => service.findUserSessions(ME),
      () => service.revokeUserSession(ME, "s1", { waitUntilGone: true }),
      () => service.revokeOtherUserSessions(ME, "s1"),
      () => service.revokeAllUserSessions(ME, { waitUntilGone: true }),
    ]) {
      const error = await rejection(call());
      assert.equal(error.constructor, Auth0ApiError, String(error));
    }
    const tokens = { body: `{"tokens":[],"next":${shown}}` };
    const withTokens = serviceFor(await listing(t, { sessions: [] }, tokens));
    const call = withTokens.revokeAllUserSessions(ME, { waitUntilGone: true });
    const error = await rejection(call);
    assert.equal(error.constructor, Auth0ApiError, String(error));
    assert.equal(error.endpoint, "/api/v2/users/{user_id}/refresh-tokens");
  });
}

test("a list without `next`, or with null, is complete", async (t) => {
  for (const end of [{}, { next: null }]) {
    const page = { sessions: [], ...end };
    const server = await listing(t, page, { tokens: [], ...end });
    const service = serviceFor(server);
    assert.deepEqual(await service.findUserSessions(ME), []);
    await service.revokeAllUserSessions(ME, { waitUntilGone: true });
  }
});

test("a page with more refresh tokens than one call reads counts as unread", async (t) => {
  const rows = Array.from({ length: 10_001 }, (_, index) => ({ id: `${index}` }));
  const service = serviceFor(await listing(t, { sessions: [] }, { tokens: rows }));
  const options = { waitUntilGone: true, timeoutMs: 5000 };
  const error = await rejection(service.revokeAllUserSessions(ME, options));
  assert.equal(error.constructor, Auth0ApiError, String(error));
});

/** A user with a connected account; `reread` responds to reads after the unlink. */
function unlinking(t, unlinked, reread, token = tokenResponse) {
  let isSent = false;
  const identities = [
    { provider: "auth0", user_id: "me", connection: "c" },
    { provider: "github", user_id: "1", connection: "github" },
  ];
  return scriptedServer(t, {
    token,
    api: ({ method }) => {
      if (method === "GET") return isSent ? reread : { user_id: ME, identities };
      isSent = true;
      return typeof unlinked === "function" ? unlinked() : unlinked;
    },
  });
}

async function unlinkError(server, options, config = impatient) {
  const service = serviceFor(server, config);
  return await rejection(service.disconnectSecondaryAccount(ME, "github", "1", options));
}

/** Responses to a change that leave open whether it was made, and failures of reading it back. */
const DOUBTFUL = {
  "an empty list": { body: [] },
  "a page": { body: "<p>done</p>", headers: { "content-type": "text/html" } },
  "a reset": "reset",
  "a 500": { status: 500, body: { statusCode: 500 } },
};
const UNREADABLE = {
  "a 403": refusal(403, "insufficient_scope"),
  "a 404": { status: 404 },
  "a page": { status: 404, body: "<p>gone</p>" },
  "a 429": { status: 429 },
  "a reset": "reset",
  "another user": { user_id: "auth0|other", identities: [] },
};

for (const [name, response] of Object.entries(DOUBTFUL)) {
  for (const [how, reread] of Object.entries(UNREADABLE)) {
    test(`an unlink that gets ${name} and is read back with ${how} stays in doubt`, async (t) => {
      const error = await unlinkError(await unlinking(t, response, reread));
      assert.deepEqual(error.effects, unknown("unlink"), String(error));
    });

    test(`a link that gets ${name} and is read back with ${how} stays in doubt`, async (t) => {
      let isSent = false;
      const identities = [{ provider: "auth0", user_id: "primary", connection: "auth0" }];
      const issuer = await scriptedIssuer(t, {
        link: () => {
          isSent = true;
          return response;
        },
        primary: () => (isSent ? reread : { user_id: PRIMARY, identities }),
      });
      const error = await linkError(issuer);
      assert.deepEqual(error.effects, unknown("link"), String(error));
      assert.notEqual(error.reason, "refused");
    });
  }
}

test("an unlink after which the user is absent is in doubt, and the error names the absent user", async (t) => {
  const error = await unlinkError(await unlinking(t, { body: [] }, { status: 404 }));
  assert.equal(error.constructor, UserNotFoundError);
});

test("a change whose response is not read before the deadline is in doubt", async (t) => {
  const row = '{"provider":"github","user_id":"2","profileData":{"name":"x"}},';
  const body = `[${row.repeat(120_000)}${row.slice(0, -1)}]`;
  const server = await unlinking(t, { body }, "hang");
  const error = await unlinkError(server, { timeoutMs: 400 });
  assert.deepEqual(error.effects, unknown("unlink"), String(error));
});

for (const [name, tokens] of [
  ["Auth0 rejects the second token too", { ...tokenResponse, access_token: "second" }],
  ["Auth0 rejects the credentials", { status: 401, body: { error: "access_denied" } }],
  ["the token endpoint breaks", "reset"],
  ["a gateway responds to the token request", { status: 403, body: "<p>no</p>" }],
]) {
  test(`a change that may have been made stays in doubt when ${name}`, async (t) => {
    for (const [change, effect] of [
      [(service) => service.revokeAllUserSessions(ME), "sessions"],
      [(service) => service.revokeUserSession(ME, "s1"), "session"],
    ]) {
      let changes = 0;
      const server = await scriptedServer(t, {
        token: [tokenResponse, tokens],
        api: ({ method }) => {
          if (method === "GET") return { id: "s1", user_id: ME, sessions: [] };
          changes += 1;
          return changes === 1 ? "reset" : refusal(401);
        },
      });
      const service = serviceFor(server, { retry: { maxAttempts: 2, maxDelayMs: 0 } });
      const error = await rejection(change(service));
      const found = error.effects?.find(({ step }) => step === effect);
      assert.equal(found?.state, "unknown", String(error));
    }
  });
}

test("a renewal that fails before anything was sent puts nothing in doubt", async (t) => {
  const refused = { status: 401, body: { error: "access_denied" } };
  const api = () => refusal(401);
  const server = await scriptedServer(t, { token: [tokenResponse, refused], api });
  const error = await rejection(serviceFor(server).revokeAllUserSessions(ME));
  assert.equal(error.constructor, ConfigurationError);
  assert.equal("effects" in error, false);
});

/** A tenant whose exact lookup finds no user, and whose search finds these. */
const finding = (t, users) =>
  scriptedServer(t, {
    api: ({ url }) => {
      if (url.startsWith("/api/v2/users-by-email?")) return [];
      if (url.startsWith("/api/v2/users?")) return { users, total: users.length };
      return url.includes("/sessions") ? { sessions: [] } : { ...users[0], identities: [] };
    },
  });

const readById = ({ requests }) =>
  requests.filter(({ url }) => /^\/api\/v2\/users\/[^/?]+\?/.test(url)).length;

test("only search hits that have the email are read", async (t) => {
  const others = [{}, { email: null }, { email: 7 }, { email: "adä@example.com" }];
  const users = others.map((fields, index) => ({ user_id: `auth0|${index}`, ...fields }));
  const server = await finding(t, users);
  const service = serviceFor(server, { emailLookup: "any-case" });
  const error = await rejection(service.findUserSessions({ email: "ad@example.com" }));
  assert.equal(error.constructor, UserNotFoundError);
  assert.equal(readById(server), 0);
});

test("a page of more than 1,000 search hits is an error before any is read", async (t) => {
  for (const email of [undefined, "Ada@Example.com"]) {
    const hit = (_, index) => ({ user_id: `auth0|${index}`, email });
    const server = await finding(t, Array.from({ length: 1001 }, hit));
    const service = serviceFor(server, { emailLookup: "any-case" });
    const error = await rejection(service.findUserSessions({ email: "ada@example.com" }));
    assert.equal(error.constructor, Auth0ApiError, String(error));
    assert.match(error.message, /more than 1,000 accounts/);
    assert.equal(readById(server), 0);
    assert.equal(server.requests.filter(({ url }) => url.startsWith("/api/v2/users?")).length, 1);
  }
});

const limit = (remaining) => ({
  "x-ratelimit-limit": "10",
  "x-ratelimit-remaining": `${remaining}`,
  "x-ratelimit-reset": `${Math.ceil(Date.now() / 1000) + 60}`,
});
const empty = { ...limit(0), "content-type": "text/html" };

for (const [name, portal] of [
  ["a page", { body: "<p>sign in to the network</p>", headers: empty }],
  ["an accepted page", { status: 202, body: "<p>ok</p>", headers: empty }],
  ["no type", { status: 204, body: "", headers: limit(0), stays: true }],
  ["a redirect", { status: 302, body: "", headers: { ...limit(0), location: "/" } }],
]) {
  test(`a response with ${name} sets ${portal.stays ? "the limit that Auth0 would set" : "no limit"}`, async (t) => {
    const server = await scriptedServer(t, { api: [portal, { sessions: [] }] });
    const service = serviceFor(server);
    await rejection(service.findUserSessions(ME));
    const call = service.findUserSessions(ME, { timeoutMs: 3000 });
    if (portal.stays) assert.equal((await rejection(call)).constructor, RateLimitError);
    else assert.deepEqual(await call, []);
  });
}

test("a portal's page does not erase a known limit", async (t) => {
  const full = { body: { sessions: [] }, headers: limit(1) };
  const page = { body: "<p>sign in</p>", headers: { "content-type": "text/html" } };
  const server = await scriptedServer(t, { api: [full, page, { sessions: [] }] });
  const service = serviceFor(server);
  await service.findUserSessions(ME);
  await rejection(service.findUserSessions(ME));
  const error = await rejection(service.findUserSessions(ME, { timeoutMs: 1000 }));
  assert.equal(error.constructor, RateLimitError, String(error));
});

// Canaries: a secret and a token pass through every failure path, and appear nowhere.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Auth0UserSecurityService } from "@archie/auth0-user-security";
import { everythingOf } from "../../test-support/error-text.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor } from "../../test-support/service.mjs";

const SECRET = "cAnArY-sEcReT-4f9a_Zq";
const TOKEN = "cAnArY.tOkEn.7b1c_Xw";
const BOTH = `${SECRET} ${TOKEN}`;

function assertNoCanary(text) {
  const at = text.search(/cAnArY|sEcReT|tOkEn/);
  assert.equal(at, -1, `a canary shows in: ${text.slice(Math.max(0, at - 200), at + 50)}`);
}

const goodToken = {
  access_token: TOKEN,
  expires_in: 86_400,
  scope: "read:sessions delete:sessions",
};
/** A server that echoes secrets wherever it can. */
const echo = {
  statusCode: 400,
  error: BOTH,
  error_description: BOTH,
  message: BOTH,
  errorCode: BOTH,
  attributes: { [BOTH]: BOTH },
};
const echoing = (status, headers) => ({
  status,
  headers: { "x-echo": BOTH, ...headers },
  body: echo,
});
const html = { headers: { "content-type": "text/html" }, body: `<p>${BOTH}</p>` };
const cutOff = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": 1000 });
  response.end(`{"access_token":"${TOKEN}"`);
};

const apiResponses = {
  ...Object.fromEntries([400, 401, 403, 404, 409, 418, 429, 500, 503].map((s) => [s, echoing(s)])),
  "a redirect": echoing(302, { location: `http://127.0.0.1:1/?${SECRET}=${TOKEN}` }),
  "truncated JSON": { body: `{"sessions":[{"id":"${BOTH}` },
  "JSON of another structure": { sessions: BOTH },
  "null fields": { sessions: null, [BOTH]: null },
  "a wrong type of a field": { sessions: [{ id: { [BOTH]: BOTH } }] },
  "a key that is a canary": { sessions: { [BOTH]: [] } },
  "the wrong content type": html,
  "text after the end": { body: `{"sessions":[]}${BOTH}` },
  "a broken connection": "reset",
  "a truncated response": () => cutOff,
  "no response": "hang",
};

const tokenResponses = {
  ...apiResponses,
  "a null token": { access_token: null, refresh_token: TOKEN },
  "a number as expiry": { access_token: TOKEN, expires_in: TOKEN },
  "a token that cannot be a header value": { access_token: `${TOKEN}\r\nx: y`, expires_in: 60 },
  "a wrong scope type": { access_token: TOKEN, expires_in: 86_400, scope: { [TOKEN]: TOKEN } },
};

const config = { retry: { maxAttempts: 2, maxDelayMs: 0 }, timeoutMs: 500, logLevel: "debug" };

/** Runs every call against the server, and searches errors and log lines. */
async function assertSilent(server) {
  const logger = recordingLogger();
  const service = serviceFor({ ...server, clientSecret: SECRET }, config, logger);
  const outcomes = await Promise.allSettled([
    service.findUserSessions("auth0|a"),
    service.findUserSessions({ email: "a@example.com" }),
    service.revokeUserSession("auth0|a", "s"),
    service.revokeAllUserSessions("auth0|a"),
    service.revokeOtherUserSessions("auth0|a", "s"),
    service.findUserAuthenticationMethods("auth0|a"),
    service.disconnectSecondaryAccount("auth0|a", { id: "1", provider: "github" }),
    service.generatePasswordChangeTicket("auth0|a"),
    service.getUserSecurityDashboard("auth0|a"),
  ]);
  const texts = outcomes.map(({ reason }) => everythingOf(reason));
  texts.push(inspectFully(await service.checkConfiguration()));
  for (const text of [...texts, inspect(logger.lines, { depth: 10 }), inspectFully(service)]) {
    assertNoCanary(text);
  }
  return outcomes.filter(({ status }) => status === "rejected").length;
}

const inspectFully = (value) => inspect(value, { depth: 10, showHidden: true, showProxy: true });

for (const [name, api] of Object.entries(apiResponses)) {
  test(`no secret appears when the Management API responds with ${name}`, async (t) => {
    const server = await scriptedServer(t, { token: goodToken, api });
    assert.ok((await assertSilent(server)) > 0);
  });
}

for (const [name, token] of Object.entries(tokenResponses)) {
  test(`no secret appears when the token endpoint responds with ${name}`, async (t) => {
    const server = await scriptedServer(t, { token, api: echoing(400) });
    assert.equal(await assertSilent(server), 9);
  });
}

test("no secret appears when the connection is refused", async () => {
  assert.equal(await assertSilent({ domain: "http://127.0.0.1:1", clientId: "c" }), 9);
});

for (const [name, spoilt] of [
  ["an unknown setting", { clientSecrt: SECRET }],
  ["a secret that is not a string", { clientSecret: [SECRET] }],
  ["a secret within an object", { clientSecret: { value: SECRET } }],
  ["a domain with user information", { domain: `user:${SECRET}@t.auth0.com` }],
  ["a domain with a query", { domain: `t.auth0.com?${SECRET}` }],
  ["a secret in a numeric field", { timeoutMs: SECRET }],
  ["a secret as log level", { logLevel: SECRET }],
  ["a secret as retry setting", { retry: { maxAttempts: SECRET } }],
  ["a Redis URL of another scheme", { sharedState: { redisUrl: `http://:${SECRET}@localhost` } }],
  [
    "a Redis URL with a query",
    { sharedState: { redisUrl: `redis://:${SECRET}@localhost?${SECRET}` } },
  ],
  [
    "a secret as prefix of Redis keys",
    { sharedState: { redisUrl: "redis://localhost", prefix: `${SECRET} ` } },
  ],
  ["a secret as refresh-token setting", { revokeRefreshTokens: SECRET }],
]) {
  test(`no secret appears in the error for ${name}`, () => {
    const given = { domain: "t.auth0.com", clientId: "c", clientSecret: SECRET, ...spoilt };
    try {
      new Auth0UserSecurityService(given);
      assert.fail("the configuration was accepted");
    } catch (error) {
      assert.equal(error.code, "ERR_CONFIGURATION", String(error));
      assertNoCanary(everythingOf(error));
    }
  });
}

test("no secret appears when configuration and logger are swapped", async () => {
  const given = { domain: "t.auth0.com", clientId: "c", clientSecret: SECRET };
  const error = await rejection((async () => new Auth0UserSecurityService(console, given))());
  assertNoCanary(everythingOf(error));
});

test("the secret and the token are sent where they belong, and nowhere else", async (t) => {
  const server = await scriptedServer(t, { token: goodToken, api: { sessions: [] } });
  const service = serviceFor({ ...server, clientSecret: SECRET });
  await service.findUserSessions("auth0|a");
  const [forToken, forSessions] = server.requests;
  assert.equal(new URLSearchParams(forToken.body).get("client_secret"), SECRET);
  assert.equal(forToken.headers.authorization, undefined);
  assert.equal(forSessions.headers.authorization, `Bearer ${TOKEN}`);
  assertNoCanary(JSON.stringify([forToken.url, forToken.headers]));
  assertNoCanary(JSON.stringify([forSessions.url, forSessions.body]));
});

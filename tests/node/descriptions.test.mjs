// Errors say why Auth0 refused, in its own words: fit to be logged, and apart from what applications show.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { inspect } from "node:util";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { Auth0ApiError, ConfigurationError } from "@archie/auth0-user-security";
import { everythingOf } from "../../test-support/error-text.mjs";
import { pemPair } from "../../test-support/keys.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { scriptedServer, tokenResponse } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, sharedTenant } from "../../test-support/service.mjs";
import {
  genuine,
  goodClaims,
  isCodeExchange,
  PRIMARY,
  scriptedIssuer,
} from "../../test-support/signing.mjs";

const SENTENCE = "The connection is disabled for this application.";
const CALLBACK = "https://app.example.com/callback";
const ONCE = { retry: { maxAttempts: 1 } };

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant);
});

/** The error for a refusal of the Management API with this message. */
async function refused(t, message, { status = 400, ...body } = {}) {
  const api = { status, body: { statusCode: status, message, ...body } };
  const server = await scriptedServer(t, { api });
  return await rejection(serviceFor(server, ONCE).findUserSessions("auth0|a"));
}

test("the reason of a refusal is an enumerable field, and neither in the message nor in JSON", async (t) => {
  const error = await refused(t, SENTENCE);
  assert.equal(error.constructor, Auth0ApiError);
  assert.equal(error.description, SENTENCE);
  assert.ok(Object.keys(error).includes("description"));
  assert.match(inspect(error), /disabled for this application/);
  for (const shown of [error.message, error.stack, JSON.stringify(error)]) {
    assert.ok(!shown.includes("disabled"), shown);
  }
});

test("the emulated tenant's own words arrive", async () => {
  const body = { statusCode: 400, error: "Bad Request", message: SENTENCE };
  tenant.fault("get_sessions_for_user", { status: 400, body });
  const error = await rejection(service.findUserSessions(PEOPLE.ada));
  assert.equal(error.description, SENTENCE);
  const missing = await rejection(service.findUserSessions("auth0|nobody"));
  assert.match(missing.cause.description, /\w+ \w+/);
  assert.equal(missing.description, missing.cause.description);
});

for (const [name, message, description] of [
  ["control characters", "a\u0000b\u001b[31m\r\nc\u0085d\u2028e", "ab[31mcde"],
  ["characters that reorder text or are invisible", "a\u202eb\u200bc\ufeffd\u2066e", "abcde"],
  ["surrounding spaces", "  a b\t", "a b"],
  ["only control characters", "\u0000\n", undefined],
  ["more than 300 characters", "\u{1f600}".repeat(301), `${"\u{1f600}".repeat(299)}…`],
  ["300 characters", "ü".repeat(300), "ü".repeat(300)],
  ["a megabyte", "x".repeat(1_000_000), undefined],
  ["no text", { text: SENTENCE }, undefined],
  ["nothing", "", undefined],
]) {
  test(`a reason with ${name} is made fit to be shown`, async (t) => {
    const error = await refused(t, message);
    assert.equal(error.constructor, Auth0ApiError);
    assert.equal(error.description, description);
  });
}

for (const [name, response] of [
  ["a page", { status: 404, headers: { "content-type": "text/html" }, body: `<p>${SENTENCE}` }],
  ["a gateway's JSON", { status: 404, body: { message: SENTENCE } }],
  ["another status in the body", { status: 404, body: { statusCode: 403, message: SENTENCE } }],
  ["an OAuth error", { status: 400, body: { error: "a_b", error_description: SENTENCE } }],
  ["a success", { status: 200, body: { statusCode: 200, message: SENTENCE } }],
]) {
  test(`nothing is quoted from ${name}, which is not a refusal of Auth0's API`, async (t) => {
    const server = await scriptedServer(t, { api: response });
    const error = await rejection(serviceFor(server, ONCE).findUserSessions("auth0|a"));
    assert.ok(!everythingOf(error).includes("disabled"), everythingOf(error));
  });
}

test("nothing is quoted from a 404 that a gateway may have sent in Auth0's format", async (t) => {
  const api = { status: 404, body: { statusCode: 404, message: SENTENCE } };
  const server = await scriptedServer(t, { api });
  const error = await rejection(serviceFor(server).findUserAuthenticationMethods("auth0|a"));
  assert.match(error.message, /did not come from Auth0's API/);
  assert.ok(!everythingOf(error).includes("disabled"));
});

const TOKEN = "cAnArY-token.Zm9v-YmFy_0123456789";
const SECRET = "cAnArY+secret/&=%7e ü";
const CODE = "cAnArY-code-83hf+/=";

/** A refusal in Auth0's format that repeats what it was sent, whole, in part and in pieces. */
function echo(status) {
  return ({ url, headers, body }) => {
    const fields = [...new URLSearchParams(body)].filter(([name]) => !PUBLIC.includes(name));
    const sent = [headers.authorization ?? "", ...fields.flat(), ...body.split("&")];
    const pieces = sent.map((text) => `${text.slice(0, 14)}… ${[...text].join("\u200b")}`);
    const text = [...sent, ...pieces].join(" ");
    const isApi = url.startsWith("/api/");
    const refusal = { error: "invalid_request", error_description: text };
    return { status, body: isApi ? { statusCode: status, message: text } : refusal };
  };
}

const PUBLIC = ["audience", "client_assertion_type", "client_id", "grant_type", "redirect_uri"];

/** Fails for any eight characters of a secret, whatever their encoding. */
function assertMasked(texts, secrets) {
  for (const secret of secrets.flatMap((given) => [given, encodeURIComponent(given)])) {
    for (let start = 0; start + 8 <= secret.length; start += 1) {
      const part = secret.slice(start, start + 8);
      for (const text of texts) assert.ok(!text.includes(part), `${part} in: ${text}`);
    }
  }
}

test("the access token is masked in the reason of the Management API", async (t) => {
  const token = { ...tokenResponse, access_token: TOKEN };
  const server = await scriptedServer(t, { token, api: echo(400) });
  const error = await rejection(serviceFor(server, ONCE).findUserSessions("auth0|a"));
  assert.match(error.description, /^Bearer \[redacted\]/);
  assertMasked([everythingOf(error)], [TOKEN]);
});

test("the client secret is masked in the reason of the token endpoint", async (t) => {
  const server = await scriptedServer(t, { token: echo(400) });
  const clientSecret = SECRET;
  const error = await rejection(
    serviceFor({ ...server, clientSecret }, ONCE).findUserSessions("a"),
  );
  assert.match(error.description, /redacted/);
  assertMasked([everythingOf(error)], [SECRET]);
});

test("a client assertion is masked in the reason of the token endpoint", async (t) => {
  const server = await scriptedServer(t, { token: echo(400) });
  const { privateKey } = pemPair();
  const { domain, clientId } = server;
  const signing = serviceFor({ domain, clientId }, { ...ONCE, clientAssertion: { privateKey } });
  const error = await rejection(signing.findUserSessions("auth0|a"));
  const [{ body }] = server.requests;
  assert.match(error.description, /redacted/);
  assertMasked([everythingOf(error)], [new URLSearchParams(body).get("client_assertion")]);
});

test("code, verifier and client secret are masked in the reason of a refused code", async (t) => {
  const issuer = await scriptedIssuer(t, { code: echo(400) });
  const linking = serviceFor({ ...issuer, clientSecret: SECRET });
  const { state } = linking.generateAccountConnectionUrl("google-oauth2", CALLBACK, {
    user: PRIMARY,
  });
  const error = await rejection(
    linking.connectSecondaryAccount(PRIMARY, CALLBACK, CODE, { state }),
  );
  assert.equal(error.reason, "code_rejected");
  assert.match(error.description, /redacted/);
  const { body } = issuer.requests.find(isCodeExchange);
  const verifier = new URLSearchParams(body).get("code_verifier");
  assertMasked([everythingOf(error)], [CODE, verifier, SECRET]);
});

test("an error that replaces Auth0's refusal has its reason too", async (t) => {
  const link = { status: 400, body: { statusCode: 400, message: SENTENCE } };
  const issuer = await scriptedIssuer(t, { link });
  const linking = serviceFor(issuer);
  const ticket = linking.generateAccountConnectionUrl("google-oauth2", CALLBACK, { user: PRIMARY });
  issuer.idToken = genuine(goodClaims(issuer, ticket.nonce));
  const { state } = ticket;
  const call = linking.connectSecondaryAccount(PRIMARY, CALLBACK, CODE, { state });
  const error = await rejection(call);
  assert.deepEqual([error.reason, error.description], ["refused", SENTENCE]);
  assert.equal(error.cause.description, SENTENCE);
});

test("a person's access token is masked in the reason of its refusal", async (t) => {
  const userInfo = (request) => {
    const refusal = echo(401)(request);
    return { ...refusal, body: { ...refusal.body, error: "invalid_token" } };
  };
  const issuer = await scriptedIssuer(t, { userInfo });
  const linking = serviceFor(issuer).connectSecondaryAccount(PRIMARY, "google-oauth2", TOKEN);
  const error = await rejection(linking);
  assert.equal(error.reason, "token_rejected");
  assert.match(error.description, /redacted/);
  assertMasked([everythingOf(error)], [TOKEN]);
});

test("no log line and no audit event has the reason", async (t) => {
  const server = await scriptedServer(t, {
    api: { status: 400, body: { statusCode: 400, message: SENTENCE } },
  });
  const logger = recordingLogger();
  const logged = serviceFor(server, { ...ONCE, logLevel: "debug" }, logger);
  const error = await rejection(logged.revokeAllUserSessions("auth0|a"));
  assert.equal(error.description, SENTENCE);
  assert.ok(!inspect(logger.lines, { depth: 10 }).includes("disabled"));
});

for (const [description, field] of [
  ['Client is not authorized to access "https://t.example/api/v2/".', "audience"],
  ["Service not found: https://t.example/api/v2", "audience"],
  ["Service not enabled within domain: https://t.example/api/v2", "audience"],
  ["Denied by action: maintenance", undefined],
]) {
  test(`a refused token with "${description}" is about ${field ?? "no setting"}`, async (t) => {
    const body = { error: "access_denied", error_description: description };
    const server = await scriptedServer(t, { token: { status: 403, body } });
    const refusing = serviceFor(server);
    const error = await rejection(refusing.findUserSessions("auth0|a"));
    assert.equal(error.constructor, ConfigurationError);
    assert.deepEqual([error.field, error.description], [field, description]);
    assert.match(error.hint, field ? /Management API/ : /Actions of the tenant/);
    const { findings } = await refusing.checkConfiguration();
    assert.equal(findings[0].check, field ?? "token");
  });
}

for (const status of [500, 502, 503, 504]) {
  test(`Auth0 failed, and did not refuse, with ${status}`, async (t) => {
    const error = await refused(t, SENTENCE, { status });
    assert.match(error.message, new RegExp(`Auth0 failed \\(${status}\\)`));
    assert.ok(!/refus/.test(error.message));
    assert.equal(error.description, SENTENCE);
  });
}

test("an error has the id that log lines, audit event and Auth0's log show for its call", async (t) => {
  const logger = recordingLogger();
  const server = await scriptedServer(t, { api: { status: 400 } });
  const logged = serviceFor(server, { ...ONCE, logLevel: "debug" }, logger);
  const first = await rejection(logged.revokeAllUserSessions("auth0|a"));
  const linesOfFirst = logger.lines.length;
  const error = await rejection(logged.revokeAllUserSessions("auth0|a"));
  assert.match(error.correlationId, /^[0-9a-f]{32}$/);
  assert.notEqual(error.correlationId, first.correlationId);
  assert.equal(server.requests.at(-1).headers["x-correlation-id"], error.correlationId);
  const lines = logger.lines.slice(linesOfFirst);
  assert.ok(
    lines.some(({ level }) => level === "info"),
    "the audit event",
  );
  for (const { message, details } of lines) {
    assert.equal(details.correlationId, error.correlationId, message);
  }
  assert.equal(error.toJSON().correlationId, error.correlationId);
});

test("an error that precedes every call has no id of one", async () => {
  const error = await rejection(service.findUserSessions(5));
  assert.ok(!("correlationId" in error));
  assert.throws(
    () => serviceFor({ domain: "" }),
    (thrown) => !("correlationId" in thrown),
  );
});

// A malformed field affects only itself; only fields that a decision depends on must be valid.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Auth0ApiError, SessionNotFoundError } from "@archie/auth0-user-security";
import { recordingLogger } from "../../test-support/logger.mjs";
import { scriptedServer, tokenResponse } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, writes } from "../../test-support/service.mjs";

const config = { retry: { maxAttempts: 1 } };
const CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.0.0 Safari/537.36";
const nested = (depth) => `${'{"a":'.repeat(depth)}0${"}".repeat(depth)}`;

/** Values that no field can have, as JSON text. */
const MALFORMED = {
  "a lone high surrogate": '"\\ud800"',
  "a lone low surrogate": '"a\\uDFFFb"',
  "surrogates in the wrong order": '"\\udc00\\ud800"',
  "a high surrogate at the end of an escape": '"\\\\\\ud83d"',
  "a number out of range": "1e999",
  "ten thousand levels": nested(10_000),
  "a list of numbers": `[${"0,".repeat(1000)}0]`,
  "bytes that are not UTF-8": Buffer.from('"\xff\xfe"', "latin1"),
};

/** JSON with bytes that no JavaScript string can contain: `$` stands for the value. */
function documentWith(text, value) {
  const parts = text.split("$").map((part) => Buffer.from(part));
  const bytes = Buffer.from(value);
  return Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [bytes, part])));
}

const FIELDS = [
  "user_id",
  "created_at",
  "last_interacted_at",
  "clients",
  "authentication",
  "cookie",
];
FIELDS.push("session_metadata", "device", "actor", "unheard_of");
const DEVICE_FIELDS = [
  "initial_ip",
  "last_ip",
  "last_asn",
  "last_user_agent",
  "initial_user_agent",
];

for (const [name, value] of Object.entries(MALFORMED)) {
  test(`${name} in any field of a session affects no other field`, async (t) => {
    const rows = FIELDS.map((field) => `{"id":"${field}","${field}":$,"expires_at":null}`);
    const devices = DEVICE_FIELDS.map((field) => `{"id":"${field}","device":{"x":$,"${field}":$}}`);
    const whole = `{"id":"whole","device":{"x":$,"last_user_agent":"${CHROME}","last_ip":"203.0.113.7"}}`;
    const inner =
      '{"id":"inner","clients":[$,{"client_id":"c"}],"session_metadata":{"a":$,"b":"kept"}}';
    const delegated = '{"id":"delegated","actor":{"sub":"auth0|b","a":$,"b":"kept"}}';
    const text = `{"sessions":[${[...rows, ...devices, whole, inner, delegated]}],"next":null,"start":$}`;
    const server = await scriptedServer(t, { api: { body: documentWith(text, value) } });
    const found = await serviceFor(server, config).findUserSessions("auth0|a");
    const ids = [...FIELDS, ...DEVICE_FIELDS, "whole", "inner", "delegated"];
    assert.deepEqual(found.map(({ id }) => id).sort(), ids.sort());
    const byId = Object.fromEntries(found.map((session) => [session.id, session]));
    assert.deepEqual([byId.whole.browser, byId.whole.address], ["Chrome 120.0.0", "203.0.113.7"]);
    assert.deepEqual(byId.inner.clientIds.at(-1), "c");
    assert.equal(byId.inner.metadata.b, "kept");
    assert.equal(byId.actor.actor, undefined);
    assert.deepEqual(
      [byId.delegated.actor.sub, byId.delegated.actor.claims.b],
      ["auth0|b", "kept"],
    );
  });

  test(`${name} in the profile of a user affects no other field`, async (t) => {
    const text = `{"user_id":"auth0|a","name":$,"email":"a@example.com","unheard_of":$,"identities":[
      {"provider":"auth0","user_id":"a","connection":$,"isSocial":$,"access_token":$},
      {"provider":"github","user_id":7,"profileData":{"name":$,"email":"g@example.com","x":$}}]}`;
    const server = await scriptedServer(t, { api: { body: documentWith(text, value) } });
    const methods = await serviceFor(server, config).findUserAuthenticationMethods("auth0|a");
    const shown = methods.map(({ id, provider, email }) => [id, provider, email]);
    assert.deepEqual(shown, [
      ["a", "email-password", "a@example.com"],
      ["7", "github", "g@example.com"],
    ]);
  });

  test(`${name} next to an access token does not affect the token`, async (t) => {
    const text = `{"access_token":"t","expires_in":$,"scope":$,"unheard_of":$}`;
    const token = { body: documentWith(text, value) };
    const server = await scriptedServer(t, { token, api: { sessions: [] } });
    assert.deepEqual(await serviceFor(server, config).findUserSessions("auth0|a"), []);
  });

  test(`${name} as an id drops that session from the list, with a warning`, async (t) => {
    const text = '{"sessions":[{"id":"a"},{"id":$},{"id":"b"}]}';
    const server = await scriptedServer(t, { api: { body: documentWith(text, value) } });
    const logger = recordingLogger();
    const found = await serviceFor(server, config, logger).findUserSessions("auth0|a");
    assert.deepEqual(found.map(({ id }) => id).sort(), ["a", "b"]);
    const warnings = logger.lines.filter(({ level }) => level === "warn");
    assert.equal(warnings.length, 1);
    assert.match(warnings[0].message, /left out of the user's session list .*: 1\./);
  });

  test(`${name} as an id in the list is an error for revoking the other sessions`, async (t) => {
    const text = '{"sessions":[{"id":"a","user_id":"auth0|a"},{"id":$}]}';
    const server = await scriptedServer(t, { api: { body: documentWith(text, value) } });
    const call = serviceFor(server, config).revokeOtherUserSessions("auth0|a", "a");
    const error = await rejection(call);
    assert.equal(error.constructor, Auth0ApiError, String(error));
    assert.match(error.message, /revokeAllUserSessions/);
    assert.deepEqual(writes(server), []);
  });

  test(`${name} as the id of an account or identity is an error, never a missing account`, async (t) => {
    for (const account of [
      '{"user_id":$,"email":"a@example.com"}',
      '{"user_id":"auth0|b","identities":[{"provider":"auth0","user_id":$}]}',
      '{"user_id":"auth0|b","identities":[{"provider":$,"user_id":"b"}]}',
    ]) {
      const text = `[{"user_id":"auth0|a","email":"a@example.com"},${account}]`;
      const server = await scriptedServer(t, { api: { body: documentWith(text, value) } });
      const call = serviceFor(server, config).revokeAllUserSessions({ email: "a@example.com" });
      const error = await rejection(call);
      assert.equal(error.constructor, Auth0ApiError, String(error));
      assert.deepEqual(writes(server), []);
    }
  });

  test(`${name} as the owner of a session leaves it without an owner`, async (t) => {
    const body = documentWith('{"id":"s","user_id":$}', value);
    const server = await scriptedServer(t, { api: { body } });
    const error = await rejection(serviceFor(server, config).revokeUserSession("auth0|a", "s"));
    assert.equal(error.constructor, SessionNotFoundError, String(error));
    assert.deepEqual(writes(server), []);
  });

  test(`${name} as an access token or a ticket is an error`, async (t) => {
    const bodies = { token: '{"access_token":$}', ticket: '{"ticket":$}' };
    const [token, ticket] = Object.values(bodies).map((text) => ({
      body: documentWith(text, value),
    }));
    for (const script of [
      { token, api: { sessions: [] } },
      {
        token: tokenResponse,
        api: ({ method }) =>
          method === "POST"
            ? ticket
            : { user_id: "auth0|a", email: "a@example.com", identities: DATABASE },
      },
    ]) {
      const server = await scriptedServer(t, script);
      const error = await rejection(
        serviceFor(server, config).generatePasswordChangeTicket("auth0|a"),
      );
      assert.ok(error instanceof Auth0ApiError, String(error));
    }
  });
}

const DATABASE = [
  { provider: "auth0", user_id: "a", connection: "Username-Password-Authentication" },
];

test("a lone surrogate is shown as U+FFFD, and surrogate pairs are unchanged", async (t) => {
  const text =
    '{"sessions":[{"id":"a","device":{"last_user_agent":"x\\ud800y\\ud83d\\ude00\\\\ud800"}}]}';
  const server = await scriptedServer(t, { api: { body: text } });
  const [session] = await serviceFor(server, config).findUserSessions("auth0|a");
  assert.equal(session.userAgent, "x\ufffdy\u{1f600}\\ud800");
});

test("a lone surrogate in the name of a field affects nothing", async (t) => {
  const text =
    '{"\\ud800":1,"sessions":[{"\\udfff":1,"id":"a","device":{"\\ud800":2,"last_ip":"203.0.113.7"}}]}';
  const server = await scriptedServer(t, { api: { body: text } });
  const [session] = await serviceFor(server, config).findUserSessions("auth0|a");
  assert.equal(session.address, "203.0.113.7");
});

test("a lone surrogate next to an error code does not affect the code", async (t) => {
  const text = '{"statusCode":403,"message":"\\ud800","errorCode":"insufficient_scope"}';
  const server = await scriptedServer(t, { api: { status: 403, body: text } });
  const error = await rejection(serviceFor(server, config).findUserSessions("auth0|a"));
  assert.equal(error.code, "ERR_INSUFFICIENT_SCOPE");
});

test("a list in place of a session is not a session", async (t) => {
  const server = await scriptedServer(t, { api: { sessions: [["listed"], { id: "a" }] } });
  const found = await serviceFor(server, config).findUserSessions("auth0|a");
  assert.deepEqual(
    found.map(({ id }) => id),
    ["a"],
  );
});

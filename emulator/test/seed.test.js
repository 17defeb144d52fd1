import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readSeed } from "../src/seed/file.js";
import { api } from "../test-support/client.js";
import { manySessions, PEOPLE, startTenant } from "../test-support/tenant.js";

const directory = mkdtempSync(join(tmpdir(), "seed-"));
after(() => rmSync(directory, { recursive: true }));

function errorOf(text) {
  const file = join(directory, "seed.json");
  writeFileSync(file, text);
  try {
    return readSeed(file);
  } catch (error) {
    return error.message.slice(file.length);
  }
}

test("a syntax error is reported with its line, however short or truncated the file is", () => {
  for (const [text, line] of [
    ['{\n  "users": [\n', 3],
    ['{\n  "users": nope\n}\n', 2],
    ['{ "users": [],\n\n}', 3],
    ['{ "users": [] }\n{', 2],
    ['{\n "users": [{"name": "a\nb"}]}', 2],
    ["", 1],
  ]) {
    assert.match(errorOf(text), new RegExp(`^:${line}: not JSON: `), text);
  }
});

test("a comma before the end of a list is named in one line", () => {
  for (const [text, message] of [
    [
      '{ "users": [\n{ "user_id": "auth0|1" },\n] }',
      ":3: not JSON: a comma before ]. Remove the comma",
    ],
    ['{\n"users": [],\n}', ":3: not JSON: a comma before }. Remove the comma"],
  ]) {
    assert.equal(errorOf(text), message);
  }
  assert.match(errorOf('{\n\n"users": [1 2],\n"logs": []\n}\n'), /^:3: not JSON: .+$/);
});

test("every mistake in a file has its own line", () => {
  const text = '{ "users": [\n{ "user_id": "auth0|1", "emial": "x" },\n{ "user_id": "2" }] }';
  const [first, second, ...others] = String(errorOf(text)).split("\n");
  assert.match(first, /^:2: users\[0\]\.emial: unknown key/);
  assert.match(second, /seed\.json:3: users\[1\]\.user_id: not a valid user id/);
  assert.deepEqual(others, []);
});

test("bad dates, duplicates and dangling references are reported with line and key", () => {
  const user = '{ "user_id": "auth0|1" }';
  for (const [text, message] of [
    [
      `{ "users": [${user}],\n"sessions": [{ "user_id": "auth0|1",\n"created_at": "soon" }] }`,
      ":3: sessions[0].created_at: not a valid date time: soon. A date looks",
    ],
    [`{ "users": [${user},\n${user}] }`, ":2: users[1].user_id: given twice: auth0|1"],
    [`{\n"sessions": [\n{ "user_id": "auth0|2" }] }`, ":3: sessions[0].user_id: unknown user"],
    [`{"refreshTokens": [{ "user_id": "auth0|2" }] }`, ":1: refreshTokens[0].user_id: unknown"],
    [`{"blocks": [{ "user_id": "auth0|2", "identifier": "a" }] }`, ":1: blocks[0].user_id: unk"],
    [`{"grants": [{ "user_id": "auth0|2" }] }`, ":1: grants[0].user_id: unknown user"],
    [`{"deviceCredentials": [{ "user_id": "auth0|2" }] }`, ":1: deviceCredentials[0].user_id: unk"],
    [`{"users": [{\n"connection": "nope" }] }`, ":2: users[0].connection: unknown connection"],
    [
      `{"users": [${user}], "authenticationMethods": [{ "user_id": "auth0|1", "type": "totp",\n"nmae": "x" }] }`,
      ":2: authenticationMethods[0].nmae: unknown key",
    ],
  ]) {
    assert.ok(String(errorOf(text)).startsWith(message), `${errorOf(text)} is not ${message}`);
  }
});

test("rows may belong to a user who already exists", async (t) => {
  const tenant = await startTenant();
  t.after(() => tenant.close());
  const before = tenant.sessions(PEOPLE.grace).length;
  tenant.loadSeed({ sessions: [{ user_id: PEOPLE.grace }] });
  assert.equal(tenant.sessions(PEOPLE.grace).length, before + 1);
  const strangers = { sessions: [{ user_id: "auth0|nobody" }] };
  assert.throws(() => tenant.loadSeed(strangers), /sessions\[0\]\.user_id: unknown user/);
});

test("an undefined property of a seed counts as absent", async (t) => {
  const callbacks = undefined;
  const seed = { clients: [{ client_id: "abcdef", callbacks }], users: [{ user_id: "auth0|1" }] };
  const tenant = await startTenant({ seed });
  t.after(() => tenant.close());
  const redirect_uri = "https://app.example.com/callback";
  const query = new URLSearchParams({ client_id: "abcdef", response_type: "code", redirect_uri });
  const response = await fetch(`${tenant.origin}/authorize?${query}`, { redirect: "manual" });
  assert.ok(response.status < 500, `${response.status}`);
});

test("a seed may contain what protects a user and what has access", async (t) => {
  const user_id = "auth0|1";
  const seed = {
    users: [{ user_id, email: "a@example.com", password: "Secret-1", blocked: true }],
    authenticationMethods: [{ user_id, type: "totp" }],
    grants: [{ user_id }],
    deviceCredentials: [{ user_id }],
    blocks: [{ user_id, identifier: "a@example.com" }],
  };
  const tenant = await startTenant({ seed });
  t.after(() => tenant.close());
  assert.equal(tenant.user(user_id).blocked, true);
  for (const table of ["authenticationMethods", "grants", "deviceCredentials", "blocks"]) {
    assert.equal(tenant[table](user_id).length, 1, table);
  }
  const [{ clientID, audience }] = tenant.grants(user_id);
  assert.deepEqual([clientID, audience], [tenant.clientId, tenant.audience]);
});

test("a delegated session has an actor, in a seed and in a response", async (t) => {
  const actor = { sub: "auth0|support", name: "Support" };
  const users = [{ user_id: "auth0|1" }];
  const tenant = await startTenant({
    seed: {
      users,
      sessions: [
        { user_id: "auth0|1", id: "delegated", actor },
        ...manySessions("auth0|1", 2, { actor }),
        ...manySessions("auth0|1", 1),
      ],
    },
  });
  t.after(() => tenant.close());
  const call = await api(tenant);
  assert.deepEqual((await call("GET", "/sessions/delegated")).body.actor, actor);
  const { body } = await call("GET", "/users/auth0%7C1/sessions");
  assert.equal(body.sessions.filter((session) => session.actor?.sub === actor.sub).length, 3);
  const sessions = [{ user_id: "auth0|1", actor: { name: "Support" } }];
  assert.throws(() => tenant.loadSeed({ sessions }), /sessions\[0\]\.actor: Missing required/);
});

function assertRefused(cases) {
  for (const [seed, message] of cases) {
    assert.match(String(errorOf(JSON.stringify(seed))), message);
  }
}

test("ids without a provider, or that do not fit their connection, are refused with the fix", () => {
  const withUser = (user) => ({ users: [user] });
  assertRefused([
    [withUser({ user_id: "1" }), /users\[0\]\.user_id: .*An id names its provider: auth0\|abc/],
    [withUser({ user_id: "auth0|" }), /users\[0\]\.user_id: .*An id names its provider/],
    [withUser({ user_id: "acme|1" }), /there is no connection acme for acme\|1\. Add a connection/],
    [
      withUser({ user_id: "auth0|1", connection: "github" }),
      /auth0\|1 does not fit this connection\. Ids in the connection github begin with github\|/,
    ],
    [
      withUser({ connection: "github", email: "a@example.com" }),
      /users\[0\]\.connection: a user without user_id does not fit this connection\./,
    ],
    [
      withUser({ user_id: "auth0|1", connection: "gitub" }),
      /unknown connection: gitub.*Did you mean github/,
    ],
  ]);
});

test("weak passwords are refused with the fix, unless their connection allows them", () => {
  assertRefused([
    [
      { users: [{ user_id: "auth0|1", password: "short" }] },
      /users\[0\]\.password: too weak\. It needs at least 8 characters.*options\.passwordPolicy/,
    ],
    [{ users: [{ user_id: "github|1", password: "Secret-1" }] }, /only users of a database have a/],
  ]);
  const connections = [{ name: "legacy", strategy: "auth0", options: { passwordPolicy: "none" } }];
  const users = [{ user_id: "auth0|1", connection: "legacy", password: "x" }];
  assert.deepEqual(errorOf(JSON.stringify({ connections, users })), { connections, users });
});

test("unknown scopes and values are refused with those that exist", () => {
  const audience = "https://a.example";
  const apis = [{ identifier: audience, scopes: ["read:things"] }];
  const users = [{ user_id: "auth0|1" }];
  assertRefused([
    [
      { apis, clients: [{ grants: [{ audience, scope: ["read:thing"] }] }] },
      /clients\[0\]\.grants\[0\]\.scope\[0\]: unknown scope: read:thing\. .*mean read:things\?/,
    ],
    [
      { apis, users, grants: [{ user_id: "auth0|1", audience, scope: ["openid", "x"] }] },
      /grants\[0\]\.scope\[1\]: unknown scope: x\./,
    ],
    [
      { clients: [{ token_endpoint_auth_method: "x" }] },
      /No enum match for: "x"\. Known: client_sec/,
    ],
  ]);
});

test("the connection of an enterprise account is the one in its id", async () => {
  const users = [{ user_id: "samlp|acme-saml|ada", email: "ada@acme.example" }];
  const tenant = await startTenant({ seed: { users } });
  assert.equal(tenant.users()[0].identities[0].connection, "acme-saml");
  const stranger = { user_id: "samlp|other|ada" };
  assert.throws(
    () => tenant.addUser(stranger),
    /there is no connection other for samlp\|other\|ada/,
  );
  await tenant.close();
});

test("scopes of the Management API are checked when the tenant starts", async () => {
  const seed = (tenant) => ({
    clients: [{ grants: [{ audience: tenant, scope: ["read:user"] }] }],
  });
  const tenant = await startTenant();
  assert.throws(
    () => tenant.loadSeed(seed(tenant.audience)),
    /unknown scope: read:user\. .*read:users\?/,
  );
  assert.throws(
    () => tenant.loadSeed(seed("https://unknown.example")),
    /clients\[0\]\.grants\[0\]\.audience: unknown API: https:\/\/unknown\.example\. Add it/,
  );
  await tenant.close();
});

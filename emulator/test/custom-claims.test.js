import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decodeJwt } from "jose";
import { exchange, read, token } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

const API = "https://api.example.com";
const ROLES = "https://shop.example/roles";

async function start(t, onToken) {
  const tenant = await startTenant({ onToken });
  t.after(() => tenant.close());
  return tenant;
}

test("a hook adds claims to ID tokens, access tokens and userinfo, also after a refresh", async (t) => {
  const events = [];
  const tenant = await start(t, async (event) => {
    events.push(event);
    if (event.kind === "access_token") return { permissions: ["read:items"] };
    return { [ROLES]: event.user.app_metadata.roles };
  });
  const scope = "openid email offline_access read:items";
  const { code } = await tenant.login({ user: PEOPLE.ada, scope, params: { audience: API } });
  const { body } = await exchange(tenant, code);
  assert.deepEqual(decodeJwt(body.access_token).permissions, ["read:items"]);
  assert.deepEqual(decodeJwt(body.id_token)[ROLES], ["admin"]);
  assert.equal(decodeJwt(body.id_token).permissions, undefined);
  const [first] = events;
  assert.deepEqual(
    [first.clientId, first.audience, first.scopes, first.user.user_id],
    [tenant.clientId, API, scope.split(" "), PEOPLE.ada],
  );
  assert.equal(tenant.session(first.sessionId).user_id, PEOPLE.ada);
  const headers = { authorization: `Bearer ${body.access_token}` };
  const info = await read(await fetch(`${tenant.url}/userinfo`, { headers }));
  assert.deepEqual(info.body, {
    sub: PEOPLE.ada,
    email: "ada@example.com",
    email_verified: true,
    [ROLES]: ["admin"],
  });
  const form = { grant_type: "refresh_token", refresh_token: body.refresh_token };
  const refreshed = await token(tenant, form);
  assert.deepEqual(decodeJwt(refreshed.body.access_token).permissions, ["read:items"]);
});

test("a machine's token has no user, and nothing is added where the hook returns nothing", async (t) => {
  const events = [];
  const tenant = await start(t, (event) => {
    events.push(event);
  });
  const { body } = await token(tenant);
  assert.equal(decodeJwt(body.access_token).permissions, undefined);
  assert.deepEqual(Object.keys(events[0]), ["kind", "clientId", "audience", "scopes"]);
});

test("a hook cannot change the tenant's data", async (t) => {
  const tenant = await start(t, ({ user }) => {
    if (user) user.email = "changed@example.com";
  });
  await exchange(tenant, (await tenant.login({ user: PEOPLE.ada })).code);
  assert.equal(tenant.user(PEOPLE.ada).email, "ada@example.com");
});

test("a hook that fails, or sets what it may not, is named in the error", async (t) => {
  for (const [hook, reason] of [
    [() => ({ sub: "auth0|other" }), 'it cannot set the claim "sub"'],
    [() => ["x"], "it must return an object with claims, or nothing"],
    [() => new Map([["a", 1]]), "it must return an object with claims, or nothing"],
    [
      () => {
        throw new Error("no roles");
      },
      "no roles",
    ],
  ]) {
    const tenant = await start(t, hook);
    const { status, body } = await token(tenant);
    assert.equal(status, 500);
    assert.deepEqual(body, {
      error: "server_error",
      error_description: `The option onToken failed: ${reason}`,
    });
  }
});

test("claims that JSON cannot contain are named in the error, and those that it can arrive", async (t) => {
  const circular = { list: [] };
  circular.list.push(circular);
  let claim;
  const tenant = await start(t, () => ({ claim }));
  for (const [value, part] of [
    [() => {}, "a function"],
    [1n, "a bigint"],
    [circular, "a reference to itself"],
    [{ deep: [new Map()] }, "an instance of Map"],
    [Number.NaN, "the number NaN"],
    [new Date(Number.NaN), "an invalid date"],
    [{ toJSON() {} }, "an object whose toJSON returns undefined"],
    [[{ toJSON: () => ({ deep: new Set() }) }], "an instance of Set"],
  ]) {
    claim = value;
    const { status, body } = await token(tenant);
    const reason = `the claim "claim" contains ${part}, which JSON cannot contain`;
    assert.equal(body.error_description, `The option onToken failed: ${reason}`);
    assert.equal(status, 500);
  }
  const twice = { a: 1 };
  const date = new Date(0);
  for (const [value, arrived] of [
    [
      [twice, twice, null],
      [twice, twice, null],
    ],
    [{ date, absent: undefined }, { date: date.toJSON() }],
    [undefined, undefined],
  ]) {
    claim = value;
    const { body } = await token(tenant);
    assert.deepEqual(decodeJwt(body.access_token).claim, arrived);
  }
});

test("a callback that should receive tokens learns that a hook failed", async (t) => {
  const hook = () => {
    throw new Error("no roles");
  };
  const tenant = await start(t, hook);
  const login = (params) => tenant.login({ user: PEOPLE.ada, state: "s", nonce: "n", params });
  for (const response_mode of ["fragment", "form_post", "web_message"]) {
    const { params } = await login({ response_type: "id_token", response_mode });
    assert.deepEqual(params, {
      error: "server_error",
      error_description: "The option onToken failed: no roles",
      state: "s",
    });
  }
});

/** The warnings that an action leads to. Node.js emits them in the order in which they arise. */
async function warningsOf(action) {
  const messages = [];
  const listen = ({ name, message }) => name === "TenantWarning" && messages.push(message);
  process.on("warning", listen);
  await action();
  const last = new Promise((resolve) => process.once("warning", () => setImmediate(resolve)));
  process.emitWarning("the last one", "EndOfTest");
  await last;
  process.off("warning", listen);
  return messages;
}

test("a hook that fails is printed once for each reason and kind of token, on one line", async (t) => {
  let claims = { sub: "auth0|other" };
  const tenant = await start(t, () => {
    if (claims) return claims;
    throw new Error("no roles\u001b[31m\n");
  });
  const messages = await warningsOf(async () => {
    await token(tenant);
    await token(tenant);
    await exchange(tenant, (await tenant.login({ user: PEOPLE.ada })).code);
    claims = undefined;
    await token(tenant);
  });
  const who = (kind) => `(kind: ${kind}, client: ${tenant.clientId})`;
  assert.deepEqual(messages, [
    `The option onToken failed: it cannot set the claim "sub" ${who("access_token")}`,
    `The option onToken failed: it cannot set the claim "sub" ${who("id_token")}`,
    `The option onToken failed: no roles [31m  ${who("access_token")}`,
  ]);
});

test("the README lists the claims that a hook cannot set", async (t) => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, list] = /that the tenant\sdecides: ([^.]+)\./.exec(readme);
  const names = list.match(/`[a-z_]+`/g).map((name) => name.slice(1, -1));
  assert.ok(names.length > 10);
  let name;
  const tenant = await start(t, () => ({ [name]: "x" }));
  for (name of names) {
    const { body } = await token(tenant);
    assert.match(body.error_description, new RegExp(`cannot set the claim "${name}"$`));
  }
});

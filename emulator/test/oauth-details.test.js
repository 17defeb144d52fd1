import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { decodeJwt } from "jose";
import { api, exchange, read, token } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

let tenant;
before(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

/** Tokens of a user, for these parameters of `/authorize`. */
async function tokensOf(user, scope, params = {}) {
  const { code } = await tenant.login({ user, scope, params });
  return (await exchange(tenant, code)).body;
}

test("null in JSON counts as an absent parameter, and a missing one is still missed", async () => {
  const ask = async (json) =>
    read(
      await fetch(`${tenant.url}/oauth/token`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(json),
      }),
    );
  const { clientId: client_id, clientSecret: client_secret, audience } = tenant;
  const full = { grant_type: "client_credentials", client_id, client_secret, audience };
  const optional = { client_assertion: null, client_assertion_type: null, organization: null };
  assert.equal((await ask({ ...full, ...optional })).status, 200);
  const refused = await ask({ ...full, audience: null });
  assert.equal(refused.body.error_description, "Missing required parameter: audience");
  assert.equal((await ask({ ...full, audience: 5 })).body.error, "invalid_request");
});

test("the user info endpoint takes the token from the query, too", async () => {
  const { access_token } = await tokensOf(PEOPLE.ada, "openid email");
  const info = async (query) => read(await fetch(`${tenant.url}/userinfo?${query}`));
  const { status, body } = await info(`access_token=${access_token}`);
  assert.deepEqual([status, body.email], [200, "ada@example.com"]);
  assert.equal((await info("access_token=")).status, 401);
  assert.equal((await info("access_token=a&access_token=b")).status, 401);
});

test("a refresh with fewer scopes gives a token with those only", async () => {
  const { refresh_token } = await tokensOf(PEOPLE.ada, "openid email offline_access");
  const refresh = async (form) =>
    (await token(tenant, { grant_type: "refresh_token", refresh_token, ...form })).body;
  const narrow = await refresh({ scope: "email read:everything" });
  assert.deepEqual([narrow.scope, narrow.id_token], ["email", undefined]);
  const full = await refresh();
  assert.equal(full.scope, "openid email offline_access");
  assert.equal(decodeJwt(full.id_token).email, "ada@example.com");
});

test("the audience of the user info endpoint gives an opaque token", async () => {
  const audience = `${tenant.issuer}userinfo`;
  const body = await tokensOf(PEOPLE.ada, "openid offline_access", { audience });
  assert.throws(() => decodeJwt(body.access_token));
  const headers = { authorization: `Bearer ${body.access_token}` };
  assert.equal((await fetch(`${tenant.url}/userinfo`, { headers })).status, 200);
  const { body: refreshed } = await token(tenant, {
    grant_type: "refresh_token",
    refresh_token: body.refresh_token,
  });
  assert.throws(() => decodeJwt(refreshed.access_token));
  const other = await tenant.login({ user: PEOPLE.ada, params: { audience: `${audience}/` } });
  assert.match(other.error_description, /Service not found/);
});

test("a person's token for the Management API changes the person's own metadata, and nothing else", async () => {
  const { audience } = tenant;
  const scope = "openid update:current_user_metadata create:current_user_metadata update:users";
  const { access_token, scope: granted } = await tokensOf(PEOPLE.ada, scope, { audience });
  assert.equal(granted, "openid update:current_user_metadata create:current_user_metadata");
  const call = await api(tenant);
  const patch = (user, json) =>
    call("PATCH", `/users/${encodeURIComponent(user)}`, { json, token: access_token });
  assert.equal((await patch(PEOPLE.ada, { user_metadata: { a: 1 } })).status, 200);
  assert.equal((await patch(PEOPLE.grace, { user_metadata: { a: 1 } })).status, 403);
  assert.equal((await patch(PEOPLE.ada, { password: "New-password-2" })).status, 403);
});

test("a person's token deletes the person's own device credentials only", async () => {
  const { audience } = tenant;
  const scope = "openid delete:current_user_device_credentials";
  const { access_token } = await tokensOf(PEOPLE.dorothy, scope, { audience });
  const call = await api(tenant);
  const remove = async ({ id }) =>
    (await call("DELETE", `/device-credentials/${id}`, { token: access_token })).status;
  assert.equal(await remove(tenant.deviceCredentials(PEOPLE.ada)[0]), 403);
  assert.equal(await remove({ id: "dcr_unknown" }), 403);
  assert.equal(await remove(tenant.deviceCredentials(PEOPLE.dorothy)[0]), 204);
});

test("the profile has no user name", async () => {
  const { id_token, access_token } = await tokensOf(PEOPLE.ada, "openid profile");
  assert.equal(tenant.user(PEOPLE.ada).username, "ada");
  const headers = { authorization: `Bearer ${access_token}` };
  const { body } = await read(await fetch(`${tenant.url}/userinfo`, { headers }));
  for (const claims of [decodeJwt(id_token), body]) {
    assert.deepEqual([claims.nickname, "username" in claims], ["ada", false]);
  }
});

test("an unknown code is an invalid grant, with or without a redirect URI", async () => {
  const redeem = async (form) => {
    const { status, body } = await token(tenant, { grant_type: "authorization_code", ...form });
    return [status, body.error];
  };
  assert.deepEqual(await redeem({ code: "unknown" }), [403, "invalid_grant"]);
  const { code } = await tenant.login({ user: PEOPLE.ada });
  assert.deepEqual(await redeem({ code }), [403, "invalid_grant"]);
  assert.deepEqual(await redeem({}), [400, "invalid_request"]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { api, token } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

const DATABASE = "Username-Password-Authentication";
const WRONG = { message: "The login page refused: Wrong email or password" };

async function start(t, options) {
  const tenant = await startTenant(options);
  t.after(() => tenant.close());
  return { tenant, call: await api(tenant) };
}

const path = (userId) => `/users/${encodeURIComponent(userId)}`;

test("only an auth0 id loses its prefix when it is linked", async (t) => {
  const { tenant, call } = await start(t);
  tenant.addUser({ user_id: "samlp|samlp|x", connection: "acme-saml" });
  const link = (user_id, provider) =>
    call("POST", `${path(PEOPLE.ada)}/identities`, { json: { provider, user_id } });
  const linked = await link("samlp|x", "samlp");
  assert.equal(linked.status, 201);
  assert.equal(linked.body.at(-1).user_id, "samlp|x");
  assert.equal((await link(PEOPLE.sharedDatabase, "auth0")).status, 201);
});

test("when a provider has several connections, the call must name one", async (t) => {
  const { tenant, call } = await start(t);
  const { id } = tenant.addConnection({ name: "second", strategy: "auth0" });
  tenant.addUser({ user_id: "auth0|zz", connection: "second", email: "zz@example.com" });
  const link = (more) =>
    call("POST", `${path(PEOPLE.grace)}/identities`, {
      json: { provider: "auth0", user_id: "zz", ...more },
    });
  const refused = await link();
  assert.deepEqual([refused.status, /connection_id/.test(refused.body.message)], [400, true]);
  assert.equal((await link({ connection_id: id })).status, 201);
});

test("an identity that was linked to another account cannot be created again", async (t) => {
  const { tenant, call } = await start(t);
  tenant.addUser({ user_id: "auth0|zz", email: "zz@example.com", password: "Secret-1" });
  const json = { provider: "auth0", user_id: "zz" };
  await call("POST", `${path(PEOPLE.ada)}/identities`, { json });
  for (const more of [{ user_id: "zz", email: "new@example.com" }, { email: "zz@example.com" }]) {
    const response = await call("POST", "/users", {
      json: { connection: DATABASE, password: "Secret-1", ...more },
    });
    assert.equal(response.status, 409);
  }
});

test("a linked account keeps its sessions and refresh tokens, unless a quirk ends them", async (t) => {
  for (const linkEndsAccess of [false, true]) {
    const { tenant, call } = await start(t, { quirks: { linkEndsAccess } });
    tenant.addSession({ user_id: PEOPLE.grace });
    tenant.addRefreshToken({ user_id: PEOPLE.grace });
    const json = { provider: "google-oauth2", user_id: PEOPLE.grace.split("|")[1] };
    await call("POST", `${path(PEOPLE.ada)}/identities`, { json });
    assert.equal(tenant.sessions(PEOPLE.grace).length === 0, linkEndsAccess);
    assert.equal(tenant.refreshTokens(PEOPLE.grace).length === 0, linkEndsAccess);
  }
});

test("a scope for metadata allows changing metadata only", async (t) => {
  const { tenant, call } = await start(t);
  tenant.setScopes(["update:users_app_metadata"]);
  const { body } = await token(tenant);
  const patch = (json) => call("PATCH", path(PEOPLE.ada), { json, token: body.access_token });
  assert.equal((await patch({ app_metadata: { plan: "x" } })).status, 200);
  for (const json of [{ blocked: true }, { app_metadata: {}, email: "x@example.com" }]) {
    const refused = await patch(json);
    assert.deepEqual([refused.status, refused.body.errorCode], [403, "insufficient_scope"]);
  }
  assert.equal(tenant.user(PEOPLE.ada).blocked, undefined);
});

test("email and password are those of the identity that connection names", async (t) => {
  const { tenant, call } = await start(t);
  tenant.addUser({ user_id: "auth0|zz", email: "zz@example.com", password: "Old-password-1" });
  const link = { provider: "auth0", user_id: "zz" };
  await call("POST", `${path(PEOPLE.grace)}/identities`, { json: link });
  const patch = (json) => call("PATCH", path(PEOPLE.grace), { json });
  const json = { connection: DATABASE, email: "new@example.com", password: "New-password-2" };
  assert.equal((await patch(json)).status, 200);
  const user = tenant.user(PEOPLE.grace);
  assert.equal(user.email, "grace@example.com");
  assert.equal(user.identities[1].profileData.email, "new@example.com");
  const login = { user: "auth0|zz", connection: DATABASE };
  await assert.rejects(tenant.login({ ...login, password: "Old-password-1" }), WRONG);
  assert.ok((await tenant.login({ ...login, password: "New-password-2" })).code);
  for (const body of [{ password: "x" }, { connection: "github", email: "x@example.com" }]) {
    assert.equal((await patch(body)).status, 400);
  }
});

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { api } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

let tenant;
let call;

before(async () => {
  tenant = await startTenant();
  call = await api(tenant);
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

const { ada, dorothy } = PEOPLE;
const path = (id, rest = "") => `/users/${encodeURIComponent(id)}${rest}`;
const methods = (id, rest = "") => path(id, `/authentication-methods${rest}`);

test("factors are listed page by page", async () => {
  const first = await call("GET", methods(dorothy, "?per_page=2&include_totals=true"));
  const { authenticators, ...totals } = first.body;
  assert.deepEqual(totals, { start: 0, limit: 2, total: 3 });
  assert.deepEqual(
    authenticators.map(({ type }) => type),
    ["totp", "passkey"],
  );
  const last = await call("GET", methods(dorothy, "?per_page=2&page=1"));
  assert.deepEqual(
    last.body.map(({ type }) => type),
    ["recovery-code"],
  );
  assert.equal((await call("GET", methods("auth0|nobody"))).body.errorCode, "inexistent_user");
});

test("a passkey has its own fields", async () => {
  const { id } = tenant.authenticationMethods(dorothy).find(({ type }) => type === "passkey");
  const { body } = await call("GET", methods(dorothy, `/${encodeURIComponent(id)}`));
  assert.equal(body.credential_device_type, "multi_device");
  assert.equal(body.credential_backed_up, true);
  assert.deepEqual(body.transports, ["internal", "hybrid"]);
  for (const field of ["aaguid", "identity_user_id", "user_agent", "user_handle"]) {
    assert.equal(typeof body[field], "string", field);
  }
});

test("a passkey protects the whole list, but can be deleted on its own", async () => {
  const refused = await call("DELETE", methods(dorothy));
  assert.equal(refused.status, 403);
  assert.equal(tenant.authenticationMethods(dorothy).length, 3);
  const { id } = tenant.authenticationMethods(dorothy).find(({ type }) => type === "passkey");
  assert.equal((await call("DELETE", methods(dorothy, `/${encodeURIComponent(id)}`))).status, 204);
  assert.equal((await call("DELETE", methods(dorothy))).status, 204);
  assert.deepEqual(tenant.authenticationMethods(dorothy), []);
});

test("emails and phone numbers are masked, and secrets are never shown", async () => {
  tenant.addAuthenticationMethod({ user_id: ada, type: "email", email: "chuck@example.com" });
  tenant.addAuthenticationMethod({ user_id: ada, type: "totp", totp_secret: "JBSWY3DPEHPK3PXP" });
  const { body, text } = await call("GET", methods(ada));
  assert.equal(body.find(({ type }) => type === "email").email, "chuc****@exam*******");
  assert.equal(body.find(({ type }) => type === "phone").phone_number, "XXXXXXXX5044");
  assert.ok(!text.includes("JBSWY3DPEHPK3PXP"));
});

test("a passkey is created, read and listed with the fields of its credential", async () => {
  const passkey = {
    key_id: "a2V5",
    public_key: "cHVibGlj",
    aaguid: "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4",
    credential_device_type: "multi_device",
    credential_backed_up: true,
    identity_user_id: ada.split("|")[1],
    user_agent: "Firefox",
    user_handle: "YWRh",
    transports: ["internal", "hybrid"],
  };
  const json = { type: "passkey", ...passkey };
  const { status, body } = await call("POST", methods(ada), { json });
  assert.equal(status, 201);
  for (const url of [methods(ada), methods(ada, `/${encodeURIComponent(body.id)}`)]) {
    const found = [(await call("GET", url)).body].flat().find(({ id }) => id === body.id);
    for (const [name, value] of Object.entries(passkey)) assert.deepEqual(found[name], value, name);
  }
  const odd = { type: "passkey", credential_device_type: "toaster" };
  assert.equal((await call("POST", methods(ada), { json: odd })).body.errorCode, "invalid_body");
});

test("linked factors are deleted together", async () => {
  const totp = tenant.addAuthenticationMethod({ user_id: ada, type: "totp" });
  const push = tenant.addAuthenticationMethod({ user_id: ada, type: "push", link_id: totp.id });
  const before = tenant.authenticationMethods(ada).length;
  const url = methods(ada, `/${encodeURIComponent(push.id)}`);
  assert.equal((await call("DELETE", url)).status, 204);
  assert.equal(tenant.authenticationMethods(ada).length, before - 2);
});

test("remembered browsers are forgotten for a known user", async () => {
  const forget = (id) => call("POST", path(id, "/multifactor/actions/invalidate-remember-browser"));
  assert.equal((await forget(ada)).status, 204);
  assert.equal((await forget("auth0|nobody")).body.errorCode, "inexistent_user");
  tenant.fault("post_invalidate-remember-browser", { status: 500 });
  assert.equal((await forget(ada)).status, 500);
});

test("refresh tokens of one application are revoked for one API only, if the call names it", async () => {
  const [{ client_id, resource_servers }] = tenant.refreshTokens(dorothy);
  tenant.addRefreshToken({ user_id: dorothy, client_id });
  const revoke = (json) => call("POST", "/refresh-tokens/revoke", { json });
  const [{ audience }] = resource_servers;
  assert.equal((await revoke({ user_id: dorothy, audience })).body.errorCode, "invalid_body");
  const unknown = { user_id: dorothy, client_id, audience: "https://unknown.example" };
  assert.equal((await revoke(unknown)).body.message, "Resource server not found");
  assert.equal((await revoke({ user_id: dorothy, client_id, audience })).status, 202);
  const left = tenant.refreshTokens(dorothy).filter((token) => token.client_id === client_id);
  assert.deepEqual(
    left.map((token) => token.resource_servers[0].audience),
    [tenant.audience],
  );
});

test("refresh tokens of one application are revoked, and a single one is deleted", async () => {
  const [own, mobile] = tenant.refreshTokens(dorothy);
  assert.notEqual(own.client_id, mobile.client_id);
  const json = { user_id: dorothy, client_id: mobile.client_id };
  assert.equal((await call("POST", "/refresh-tokens/revoke", { json })).status, 202);
  assert.deepEqual(tenant.refreshTokens(dorothy), [own]);
  assert.equal((await call("DELETE", `/refresh-tokens/${own.id}`)).status, 202);
  assert.deepEqual(tenant.refreshTokens(dorothy), []);
  for (const bad of [{ client_id: mobile.client_id }, { user_id: dorothy, client_id: "unknown" }]) {
    assert.equal((await call("POST", "/refresh-tokens/revoke", { json: bad })).status, 400);
  }
});

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { PEOPLE, startTenant } from "../index.js";
import { api } from "../test-support/client.js";

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

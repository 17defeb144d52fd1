import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { api, token } from "../test-support/client.js";
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
const ofUser = (id, rest = "") => `/device-credentials?user_id=${encodeURIComponent(id)}${rest}`;
const typesIn = (rows) => rows.map(({ type }) => type).sort();

test("a user's device credentials are public keys and refresh tokens", async () => {
  const { status, body } = await call("GET", ofUser(dorothy));
  assert.deepEqual([status, typesIn(body)], [200, ["public_key", "refresh_token"]]);
  assert.deepEqual(Object.keys(body[0]).sort(), [
    "client_id",
    "device_id",
    "device_name",
    "id",
    "type",
    "user_id",
  ]);
  const ids = tenant.refreshTokens(dorothy).map(({ id }) => id);
  assert.ok(body.every(({ id }) => id.startsWith("dcr_") && !ids.includes(id)));
  assert.deepEqual((await call("GET", ofUser("auth0|nobody"))).body, []);
});

test("rotating refresh tokens are listed only when they are asked for", async () => {
  const { body } = await call("GET", ofUser(dorothy, "&type=rotating_refresh_token"));
  assert.deepEqual(typesIn(body), ["rotating_refresh_token"]);
  assert.match(body[0].device_name, /Android/);
});

test("without a type, pages and totals are ignored", async () => {
  for (let index = 0; index < 3; index += 1) tenant.addRefreshToken({ user_id: dorothy });
  const page = "&per_page=2&page=1&include_totals=true";
  assert.equal((await call("GET", ofUser(dorothy, page))).body.length, 5);
  const { body } = await call("GET", ofUser(dorothy, `&type=refresh_token${page}`));
  assert.deepEqual([body.start, body.limit, body.total], [2, 2, 4]);
  assert.equal(body.device_credentials.length, 2);
  assert.deepEqual(Object.keys(body).sort(), ["device_credentials", "limit", "start", "total"]);
});

test("the list can be narrowed down to an application and to fields", async () => {
  const { client_id } = tenant.deviceCredentials(dorothy)[0];
  const filter = `&client_id=${client_id}&fields=id,client_id`;
  const { body } = await call("GET", ofUser(dorothy, filter));
  assert.deepEqual(
    body.map((row) => Object.keys(row).sort()),
    [["client_id", "id"]],
  );
  assert.equal(body[0].client_id, client_id);
});

test("a deleted credential that is a refresh token ends the token", async () => {
  const before = tenant.refreshTokens(ada).length;
  const { body } = await call("GET", ofUser(ada));
  assert.equal((await call("DELETE", `/device-credentials/${body[0].id}`)).status, 204);
  assert.equal(tenant.refreshTokens(ada).length, before - 1);
  const key = tenant.addDeviceCredential({ user_id: ada });
  assert.equal(key.type, "public_key");
  assert.equal((await call("DELETE", `/device-credentials/${key.id}`)).status, 204);
  assert.ok(!tenant.deviceCredentials(ada).some(({ id }) => id === key.id));
  assert.equal((await call("DELETE", `/device-credentials/${key.id}`)).status, 204);
});

test("they need no Enterprise plan", async () => {
  tenant.setPlan("free");
  assert.equal((await call("GET", ofUser(dorothy))).status, 200);
});

test("Essentials limits deletes of device credentials on their own", async () => {
  tenant.setPlan("essentials");
  tenant.clock.freeze();
  for (let index = 0; index < 5; index += 1) await call("DELETE", "/device-credentials/x");
  const { status, headers } = await call("DELETE", "/device-credentials/x");
  assert.deepEqual([status, headers.get("x-ratelimit-limit")], [429, "5"]);
  assert.equal((await call("GET", ofUser(dorothy))).status, 200);
});

test("queries are checked, and each operation needs its scope and takes faults by its id", async () => {
  const bad = await call("GET", "/device-credentials?type=password");
  assert.deepEqual([bad.status, bad.body.errorCode], [400, "invalid_query_string"]);
  tenant.setScopes(["read:users"]);
  const { body } = await token(tenant);
  for (const [method, path, id, scope] of [
    ["GET", ofUser(dorothy), "get_device-credentials", "read:device_credentials"],
    [
      "DELETE",
      "/device-credentials/x",
      "delete_device-credentials_by_id",
      "delete:device_credentials,delete:current_user_device_credentials",
    ],
  ]) {
    const refused = await call(method, path, { token: body.access_token });
    assert.equal(refused.body.message, `Insufficient scope, expected any of: ${scope}`);
    tenant.fault(id, { status: 503 });
    assert.equal((await call(method, path)).status, 503);
  }
});

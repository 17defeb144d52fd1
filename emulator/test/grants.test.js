import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { api, exchange, token } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

const EXAMPLE_API = "https://api.example.com";
let tenant;
let call;

before(async () => {
  tenant = await startTenant();
  call = await api(tenant);
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

const { ada, dorothy } = PEOPLE;
const ofUser = (id, rest = "") => `/grants?user_id=${encodeURIComponent(id)}${rest}`;

test("a user's grants are listed, page by page and by application or API", async () => {
  const { status, body } = await call("GET", ofUser(dorothy));
  assert.equal(status, 200);
  assert.deepEqual(
    body.map(({ user_id, audience }) => [user_id, audience]),
    [
      [dorothy, EXAMPLE_API],
      [dorothy, EXAMPLE_API],
    ],
  );
  assert.deepEqual(Object.keys(body[0]).sort(), ["audience", "clientID", "id", "scope", "user_id"]);
  const [, second] = body;
  const page = await call("GET", ofUser(dorothy, "&per_page=1&page=1&include_totals=true"));
  assert.deepEqual(page.body, { start: 1, limit: 1, total: 2, grants: [second] });
  const byClient = await call("GET", ofUser(dorothy, `&client_id=${second.clientID}`));
  assert.deepEqual(byClient.body, [second]);
  const other = await call("GET", ofUser(dorothy, "&audience=https%3A%2F%2Fother.example"));
  assert.deepEqual(other.body, []);
  assert.deepEqual((await call("GET", ofUser("auth0|nobody"))).body, []);
});

test("a deleted grant ends the refresh tokens of its application and API", async () => {
  const [grant] = tenant.grants(dorothy);
  tenant.addRefreshToken({ user_id: dorothy, resource_servers: [{ audience: "https://other" }] });
  assert.equal((await call("DELETE", `/grants/${grant.id}`)).status, 204);
  assert.deepEqual(
    tenant.refreshTokens(dorothy).map((row) => [row.client_id, row.resource_servers[0].audience]),
    [
      [tenant.grants(dorothy)[0].clientID, EXAMPLE_API],
      [tenant.clientId, "https://other"],
    ],
  );
  assert.equal((await call("DELETE", `/grants/${grant.id}`)).status, 204);
});

test("all grants of a user can be deleted at once, and nobody else's", async () => {
  tenant.addGrant({ user_id: ada });
  assert.equal((await call("DELETE", ofUser(dorothy))).status, 204);
  assert.deepEqual([tenant.grants(dorothy).length, tenant.grants(ada).length], [0, 1]);
  assert.deepEqual(tenant.refreshTokens(dorothy), []);
  assert.equal((await call("DELETE", ofUser("auth0|nobody"))).status, 204);
  tenant.removeUser(ada);
  assert.deepEqual(tenant.grants(), []);
});

test("consent and refresh tokens leave one grant per application and API", async () => {
  const browser = tenant.browser();
  await browser.authorize(tenant.authorizeUrl(), { as: ada });
  assert.deepEqual(tenant.grants(ada), []);
  const params = { prompt: "consent", audience: EXAMPLE_API };
  await browser.authorize(tenant.authorizeUrl({ scope: "openid read:items", params }));
  const [{ id, ...first }] = tenant.grants(ada);
  const known = { user_id: ada, clientID: tenant.clientId, audience: EXAMPLE_API };
  assert.deepEqual(first, { ...known, scope: ["openid", "read:items"] });
  const scope = "openid offline_access";
  const { code } = await tenant.login({ user: ada, scope, params: { audience: EXAMPLE_API } });
  const { refresh_token } = (await exchange(tenant, code)).body;
  const all = ["openid", "read:items", "offline_access"];
  assert.deepEqual(tenant.grants(ada), [{ id, ...known, scope: all }]);
  await call("DELETE", `/grants/${id}`);
  const refresh = { grant_type: "refresh_token", refresh_token };
  assert.equal((await exchange(tenant, undefined, refresh)).status, 403);
});

test("queries are checked", async () => {
  for (const [method, path, detail] of [
    ["GET", "/grants?per_page=0", "Value 0 is less than minimum 1' on property per_page."],
    ["GET", "/grants?take=1", "Additional properties not allowed: take' on property take."],
    ["DELETE", "/grants", "Missing required property: user_id'."],
  ]) {
    const { status, body } = await call(method, path);
    assert.deepEqual([status, body.errorCode], [400, "invalid_query_string"], path);
    assert.ok(body.message.startsWith("Query validation error: "), body.message);
    assert.ok(body.message.includes(detail.split("'")[0]), body.message);
  }
});

test("each operation needs its scope, and takes faults by its id", async () => {
  tenant.setScopes(["read:users"]);
  const { body } = await token(tenant);
  for (const [method, path, id, scope] of [
    ["GET", ofUser(dorothy), "get_grants", "read:grants"],
    ["DELETE", ofUser(dorothy), "delete_grants_by_user_id", "delete:grants"],
    ["DELETE", "/grants/x", "delete_grants_by_id", "delete:grants"],
  ]) {
    const refused = await call(method, path, { token: body.access_token });
    assert.equal(refused.body.message, `Insufficient scope, expected any of: ${scope}`);
    tenant.fault(id, { status: 503 });
    assert.equal((await call(method, path)).status, 503);
    assert.equal(tenant.requests.at(-1).operation, id);
  }
  assert.equal(tenant.grants(dorothy).length, 2);
});

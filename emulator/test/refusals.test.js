import assert from "node:assert/strict";
import { test } from "node:test";
import { api } from "../test-support/client.js";
import { startTenant } from "../test-support/tenant.js";

async function start(t) {
  const tenant = await startTenant({ plan: "enterprise" });
  t.after(() => tenant.close());
  return { tenant, call: await api(tenant) };
}

test("an undecodable URL is rejected in Auth0's format, counted and recorded", async (t) => {
  const { tenant, call } = await start(t);
  const response = await call("GET", "/users/%E0%A4%A?x=1");
  assert.equal(response.status, 400);
  assert.deepEqual(Object.keys(response.body), ["statusCode", "error", "message", "errorCode"]);
  assert.equal(response.headers.get("x-ratelimit-limit"), "50");
  assert.equal(tenant.requests.at(-1).url, "/api/v2/users/%E0%A4%A?x=1");
  assert.equal(tenant.requests.at(-1).status, 400);
  const page = await fetch(`${tenant.url}/oauth/%zz`);
  assert.deepEqual([page.status, (await page.json()).error], [400, "invalid_request"]);
});

test("an id that is too long is rejected by its operation", async (t) => {
  const { tenant, call } = await start(t);
  const response = await call("GET", `/users/auth0%7C${"a".repeat(9000)}`);
  assert.deepEqual([response.status, response.body.errorCode], [400, "invalid_uri"]);
  assert.equal(tenant.requests.at(-1).operation, "get_users_by_id");
  assert.equal(response.headers.get("x-ratelimit-limit"), "50");
});

test("a request with a body that is too large counts against the rate limit", async (t) => {
  const { call } = await start(t);
  const response = await call("POST", "/users", { text: "x".repeat(1_100_000) });
  assert.equal(response.status, 413);
  assert.equal(response.headers.get("x-ratelimit-limit"), "50");
});

test("an injected 429 reports no remaining requests", async (t) => {
  const { tenant, call } = await start(t);
  tenant.fault("get_users", { status: 429 });
  const response = await call("GET", "/users");
  assert.deepEqual([response.status, response.headers.get("x-ratelimit-remaining")], [429, "0"]);
});

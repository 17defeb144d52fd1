import assert from "node:assert/strict";
import { test } from "node:test";
import { api, exchange, token } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

async function start(t, options) {
  const tenant = await startTenant(options);
  t.after(() => tenant.close());
  tenant.clock.freeze();
  return tenant;
}

const me = `/users/${encodeURIComponent(PEOPLE.ada)}`;

test("Free: two requests, then 429 until the bucket refills", async (t) => {
  const tenant = await start(t, { plan: "free" });
  const call = await api(tenant);
  const first = await call("GET", me);
  assert.equal(first.headers.get("x-ratelimit-limit"), "2");
  assert.equal(first.headers.get("x-ratelimit-remaining"), "1");
  assert.equal((await call("GET", me)).status, 200);
  const refused = await call("GET", me);
  assert.deepEqual(refused.body, {
    statusCode: 429,
    error: "Too Many Requests",
    message: "Global limit has been reached",
    errorCode: "too_many_requests",
  });
  assert.equal(refused.headers.get("x-ratelimit-remaining"), "0");
  assert.equal(refused.headers.get("retry-after"), null);
  tenant.clock.advance(500);
  assert.equal((await call("GET", me)).status, 200);
  assert.equal((await call("GET", me)).status, 429);
});

test("Essentials: groups have buckets of their own", async (t) => {
  const tenant = await start(t, { plan: "essentials", quirks: { retryAfter: true } });
  const call = await api(tenant);
  const blocks = `/user-blocks/${encodeURIComponent(PEOPLE.ada)}`;
  for (let i = 0; i < 10; i++) assert.equal((await call("GET", blocks)).status, 200);
  const refused = await call("GET", blocks);
  assert.equal(refused.body.message, "Global per second other group limit has been reached");
  assert.equal(refused.headers.get("retry-after"), "1");
  assert.equal((await call("GET", me)).status, 200);
});

test("Enterprise: fifty at once, and userinfo ten per user", async (t) => {
  const tenant = await start(t, { plan: "enterprise" });
  const call = await api(tenant);
  const statuses = await Promise.all(
    Array.from({ length: 51 }, () => call("GET", me).then(({ status }) => status)),
  );
  assert.equal(statuses.filter((status) => status === 429).length, 1);
  const { code } = await tenant.login({ user: PEOPLE.ada });
  const { body } = await exchange(tenant, code);
  const headers = { authorization: `Bearer ${body.access_token}` };
  const info = () => fetch(`${tenant.url}/userinfo`, { headers });
  for (let i = 0; i < 10; i++) assert.equal((await info()).status, 200);
  const refused = await info();
  assert.deepEqual([refused.status, (await refused.json()).error], [429, "too_many_requests"]);
});

test("Private Cloud: fifty at once, and fifty a second", async (t) => {
  const tenant = await start(t, { plan: "private-cloud" });
  const call = await api(tenant);
  const sessions = `${me}/sessions`;
  const accepted = async (count) =>
    (await Promise.all(Array.from({ length: count }, () => call("GET", sessions))))
      .map(({ status }) => status)
      .filter((status) => status === 200).length;
  assert.equal(await accepted(51), 50);
  tenant.clock.advance(1000);
  assert.equal(await accepted(51), 50);
});

test("Private Cloud: the tiers go up to 5,000 a second", async (t) => {
  const tenant = await start(t, { plan: "private-cloud-10000" });
  const call = await api(tenant);
  assert.equal((await call("GET", me)).headers.get("x-ratelimit-limit"), "5000");
  for (const [plan, limit] of [
    ["private-cloud-500", "250"],
    ["private-cloud-1500", "750"],
    ["private-cloud-3000", "1500"],
    ["private-cloud-6000", "3000"],
  ]) {
    tenant.setPlan(plan);
    assert.equal((await call("GET", me)).headers.get("x-ratelimit-limit"), limit);
  }
});

test("limits can be chosen freely, and override those of the plan", async (t) => {
  const rateLimits = { other: { burst: 5, perSecond: 2 }, management: { burst: 8, perSecond: 8 } };
  const tenant = await start(t, { plan: "enterprise", rateLimits });
  const call = await api(tenant);
  const statuses = (path, count) =>
    Promise.all(Array.from({ length: count }, () => call("GET", path).then((r) => r.status)));
  const accepted = async (path, count) =>
    (await statuses(path, count)).filter((status) => status === 200).length;
  assert.equal(await accepted(`${me}/sessions`, 6), 5);
  assert.equal(await accepted(me, 6), 2);
  tenant.clock.advance(1000);
  assert.equal(await accepted(`${me}/sessions`, 4), 2);
  tenant.setPlan("free");
  assert.equal((await call("GET", me)).headers.get("x-ratelimit-limit"), "8");
  for (const [wrong, message] of [
    [{ session: { burst: 1, perSecond: 1 } }, /Unknown option "session" of rateLimits/],
    [{ other: { burst: 0, perSecond: 1 } }, /"other" of rateLimits must be { burst, perSecond }/],
    [{ other: 500 }, /"other" of rateLimits must be { burst, perSecond }.*not 500/],
  ]) {
    await assert.rejects(startTenant({ rateLimits: wrong }), message);
  }
});

test("the token endpoint has its own 429 body", async (t) => {
  const tenant = await start(t, { plan: "free" });
  for (let i = 0; i < 30; i++) await token(tenant);
  assert.deepEqual((await token(tenant)).body, {
    error: "too_many_requests",
    error_description: "Rate limit exceeded. Please retry after some time.",
  });
});

test("machine tokens for the tenant's own APIs have quotas per hour and per day", async (t) => {
  const tenant = await start(t, { client: { token_quota: { per_hour: 2, per_day: 3 } } });
  const ask = (audience) =>
    fetch(`${tenant.url}/oauth/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: tenant.clientId,
        client_secret: tenant.clientSecret,
        audience,
      }),
    });
  const own = "https://api.example.com";
  const first = await ask(own);
  assert.match(
    first.headers.get("auth0-client-quota-limit"),
    /^b=per_hour;q=2;r=1;t=\d+,b=per_day;q=3;r=2;t=\d+$/,
  );
  await ask(own);
  const refused = await ask(own);
  assert.equal((await refused.json()).error_description, "Client quota exceeded");
  assert.ok(Number(refused.headers.get("retry-after")) <= 3600);
  assert.equal((await ask(tenant.audience)).headers.get("auth0-client-quota-limit"), null);
  tenant.clock.advance(3_600_000);
  assert.equal((await ask(own)).status, 200);
});

// Requests stay within the tenant's rate limit: they slow down before it is hit, wait in the right
// order, and fail at once if they cannot be sent in time.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { RateLimitError } from "@archie/auth0-user-security";
import { recordingLogger } from "../../test-support/logger.mjs";
import { announced, held, scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, tenantOf } from "../../test-support/service.mjs";

const { ada } = PEOPLE;
const EMPTY = { sessions: [] };
const HOUR = { status: 429, headers: { "retry-after": "3600" } };

const refusals = ({ requests }) => requests.filter(({ status }) => status === 429).length;
const apiRequests = ({ requests }) => requests.filter(({ url }) => url !== "/oauth/token");
const times = (count, make) => Array.from({ length: count }, (_, index) => make(index));
const repeat = (count, make) => Promise.all(times(count, make));
/** The rate-limit headers of a bucket. */
const bucket = (limit, remaining, resetIn = 1) => ({
  "x-ratelimit-limit": limit,
  "x-ratelimit-remaining": remaining,
  "x-ratelimit-reset": Math.ceil(Date.now() / 1000) + resetIn,
});
const response = (limit, remaining, resetIn) => ({
  headers: bucket(limit, remaining, resetIn),
  body: EMPTY,
});

/** A caller that retries at once meets the same limit. */
function assertWorthwhile({ retryAfterMs, message }) {
  assert.ok(retryAfterMs >= 1000, String(retryAfterMs));
  assert.doesNotMatch(message, / in 0/);
}

/** Sequential interactive calls in each of four loops, until `until` is settled. */
async function beside(service, until) {
  let isOver = false;
  const loops = times(4, async () => {
    while (!isOver) await service.findUserSessions(ada);
  });
  const outcome = await until.finally(() => {
    isOver = true;
  });
  await Promise.all(loops);
  return outcome;
}

for (const [plan, calls] of [
  ["enterprise", 70],
  ["free", 6],
]) {
  test(`more concurrent calls than the ${plan} plan allows all succeed without a single 429`, async (t) => {
    const tenant = await tenantOf(t, { plan, sessionManagement: true });
    const service = serviceFor(tenant);
    await repeat(calls, () => service.findUserSessions(ada));
    assert.equal(refusals(tenant), 0);
    assert.equal(apiRequests(tenant).length, calls);
  });
}

test("services of one process share the limit of their tenant", async (t) => {
  const tenant = await tenantOf(t, { plan: "enterprise" });
  const services = times(4, () => serviceFor(tenant));
  await repeat(64, (index) => services[index % 4].findUserSessions(ada));
  assert.equal(refusals(tenant), 0);
});

test("endpoints of one limit group share its limit", async (t) => {
  const tenant = await tenantOf(t, { plan: "enterprise" });
  const service = serviceFor(tenant);
  await repeat(30, () => service.getUserSecurityDashboard(ada));
  assert.equal(refusals(tenant), 0);
  assert.equal(apiRequests(tenant).length, 60);
});

test("an endpoint with its own limit does not wait for another's", async (t) => {
  const server = await scriptedServer(t, {
    api: ({ url }) =>
      url.includes("sessions")
        ? response(10, 0, 50)
        : { headers: bucket(40, 39), body: { user_id: ada, identities: [] } },
  });
  const service = serviceFor(server);
  await service.findUserSessions(ada);
  await repeat(3, () => service.findUserAuthenticationMethods(ada));
  const waiting = rejection(service.findUserSessions(ada, { timeoutMs: 300 }));
  await repeat(3, () => service.findUserAuthenticationMethods(ada));
  assert.equal((await waiting).constructor, RateLimitError);
  assert.equal(apiRequests(server).length, 7);
});

test("an endpoint without rate-limit headers is not held back", async (t) => {
  const all = held();
  let waiting = 0;
  const api = async () => {
    waiting += 1;
    if (waiting === 1) return EMPTY;
    if (waiting === 41) all.release(EMPTY);
    return await all.promise;
  };
  const service = serviceFor(await scriptedServer(t, { api }));
  await service.findUserSessions(ada);
  await repeat(40, () => service.findUserSessions(ada));
});

test("while the limit is unknown, two requests are sent and the others wait for a response", async (t) => {
  const { asked, response: first } = announced("hang");
  const server = await scriptedServer(t, { api: first });
  const service = serviceFor(server, { attemptTimeoutMs: 60_000 });
  const controller = new AbortController();
  const { signal } = controller;
  const calls = times(20, () => rejection(service.findUserSessions(ada, { signal })));
  await asked;
  // The last of them has entered the queue when its own deadline passes.
  await rejection(service.findUserSessions(ada, { timeoutMs: 300 }));
  assert.equal(apiRequests(server).length, 2);
  controller.abort("enough");
  assert.deepEqual(new Set(await Promise.all(calls)), new Set(["enough"]));
});

test("interactive calls overtake bulk calls that were queued before them", async (t) => {
  const order = [];
  const api = ({ url }) => {
    order.push(decodeURIComponent(url).split("/")[4]);
    return order.length === 1 ? { status: 429, headers: { "retry-after": "2" } } : EMPTY;
  };
  const server = await scriptedServer(t, { api });
  const logger = recordingLogger();
  const isLimited = new Promise((resolve) => {
    logger.debug = (_, details) => /^the rate limit/.test(details?.reason) && resolve();
  });
  const service = serviceFor(server, { logLevel: "debug" }, logger);
  const find = (user, priority) => service.findUserSessions(user, { priority });
  const early = find("auth0|first", "bulk");
  await isLimited;
  // All of these enter the queue while no request is permitted.
  const bulk = times(30, (index) => find(`auth0|bulk${index}`, "bulk"));
  await Promise.all([early, ...bulk, find("auth0|person")]);
  // The first one itself may be sent again before it.
  const place = order.indexOf("auth0|person");
  assert.ok(place <= 2, order.join(" "));
});

test("bulk calls behind an endless stream of interactive ones are served", async (t) => {
  const tenant = await tenantOf(t, { plan: "free", sessionManagement: true });
  const service = serviceFor(tenant);
  await service.findUserSessions(ada);
  const bulk = repeat(2, () => service.findUserSessions(ada, { priority: "bulk" }));
  assert.equal((await beside(service, bulk)).length, 2);
});

test("a bulk call whose deadline passes behind interactive ones is RateLimitError", async (t) => {
  const tenant = await tenantOf(t, { plan: "free", sessionManagement: true });
  const service = serviceFor(tenant);
  await repeat(4, () => service.findUserSessions(ada));
  const bulk = rejection(service.findUserSessions(ada, { priority: "bulk", timeoutMs: 900 }));
  const error = await beside(service, bulk);
  assert.deepEqual([error.constructor, error.attempts], [RateLimitError, 0]);
  assertWorthwhile(error);
});

for (const headers of [{ "retry-after": "0" }, {}]) {
  test(`after a 429 with ${JSON.stringify(headers)} the wait is at least a second`, async (t) => {
    const server = await scriptedServer(t, { api: { status: 429, headers } });
    const service = serviceFor(server, { retry: { maxAttempts: 2, maxDelayMs: 1 } });
    const error = await rejection(service.findUserSessions(ada));
    assert.deepEqual([error.constructor, error.attempts], [RateLimitError, 2]);
    assertWorthwhile(error);
  });
}

test("an unknown priority is rejected by name", async (t) => {
  const server = await scriptedServer(t, { api: EMPTY });
  for (const priority of ["high", "", "BULK"]) {
    const error = await rejection(serviceFor(server).findUserSessions(ada, { priority }));
    assert.equal(error.code, "ERR_INVALID_ARG_VALUE");
    assert.match(error.message, /options\.priority.*interactive.*bulk/);
  }
  assert.deepEqual(server.requests, []);
});

test("all calls wait for the Retry-After that one call received", async (t) => {
  const { asked, response: limited } = announced({ status: 429, headers: { "retry-after": "1" } });
  const moments = [];
  const api = () => {
    moments.push(performance.now());
    return moments.length === 1 ? limited() : EMPTY;
  };
  const server = await scriptedServer(t, { api });
  const [one, another] = [serviceFor(server), serviceFor(server)];
  const first = one.findUserSessions(ada);
  await asked;
  // The response is in flight: a second request may still be sent, the others not.
  await Promise.all([first, ...times(5, (index) => another.findUserSessions(`auth0|${index}`))]);
  const early = moments.filter((moment) => moment - moments[0] < 990);
  assert.ok(early.length <= 2, `${early.length} requests before the time`);
});

test("a wait longer than the deadline is RateLimitError at once, for every waiter", async (t) => {
  const gate = held();
  const { asked, response: first } = announced(gate.promise);
  const server = await scriptedServer(t, { api: first });
  const service = serviceFor(server);
  const waiting = times(20, () => rejection(service.findUserSessions(ada)));
  await asked;
  gate.release(HOUR);
  for (const error of await Promise.all(waiting)) {
    assert.equal(error.constructor, RateLimitError);
    assert.equal(error.statusCode, 429);
    // The call that got the 429 reports an hour; the others would probe again after ten minutes.
    assert.ok(error.retryAfterMs > 590_000 && error.retryAfterMs <= 3_600_000, String(error));
  }
  const sent = apiRequests(server).length;
  assert.ok(sent <= 2, `${sent} requests`);
});

test("while the limit is known to be exhausted, nothing is sent and the error says so", async (t) => {
  const server = await scriptedServer(t, { api: HOUR });
  const service = serviceFor(server);
  await rejection(service.findUserSessions(ada));
  const error = await rejection(service.findUserSessions(ada));
  assert.deepEqual([error.constructor, error.attempts], [RateLimitError, 0]);
  assert.match(error.message, /rate limit.*Try again in.*timeoutMs/);
  assert.equal(apiRequests(server).length, 1);
});

test("a call that is queued until its deadline is RateLimitError", async (t) => {
  const server = await scriptedServer(t, { api: response(10, 0, 50) });
  const service = serviceFor(server, { timeoutMs: 3_600_000 });
  await service.findUserSessions(ada);
  const start = performance.now();
  const error = await rejection(service.findUserSessions(ada, { timeoutMs: 200 }));
  assert.ok(performance.now() - start < 10_000, "long before the limit permits requests again");
  assert.deepEqual([error.constructor, error.attempts], [RateLimitError, 0]);
  assertWorthwhile(error);
  assert.equal(apiRequests(server).length, 1);
});

test("a call aborted in the queue sends nothing and does not hold up the others", async (t) => {
  const gate = held();
  const { asked, response: first } = announced(gate.promise);
  const server = await scriptedServer(t, {
    api: (request) => (request.url.includes("first") ? first() : EMPTY),
  });
  const service = serviceFor(server);
  const early = times(2, (index) => service.findUserSessions(`auth0|first${index}`));
  await asked;
  const controller = new AbortController();
  const { signal } = controller;
  const aborted = rejection(service.findUserSessions("auth0|aborted", { signal }));
  const after = service.findUserSessions("auth0|after");
  controller.abort("changed my mind");
  assert.equal(await aborted, "changed my mind");
  gate.release(EMPTY);
  await Promise.all([...early, after]);
  assert.ok(!server.requests.some(({ url }) => url.includes("aborted")));
});

test("a hostile limit holds no call longer than its deadline", async (t) => {
  for (const headers of [
    { "x-ratelimit-limit": "1", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "99999999999" },
    { "x-ratelimit-limit": "18446744073709551615", "x-ratelimit-remaining": "0" },
  ]) {
    const server = await scriptedServer(t, { api: { headers, body: EMPTY } });
    const service = serviceFor(server, { timeoutMs: 3_600_000 });
    await service.findUserSessions(ada);
    const start = performance.now();
    const error = await rejection(service.findUserSessions(ada, { timeoutMs: 200 }));
    assert.equal(error.constructor, RateLimitError);
    assert.ok(performance.now() - start < 10_000);
  }
});

test("a nonsensical limit is ignored", async (t) => {
  for (const headers of [
    { "x-ratelimit-limit": "0", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "0" },
    { "x-ratelimit-limit": "-1", "x-ratelimit-remaining": "x", "x-ratelimit-reset": "" },
    { "x-ratelimit-limit": "10" },
  ]) {
    const service = serviceFor(await scriptedServer(t, { api: { headers, body: EMPTY } }));
    await repeat(20, () => service.findUserSessions(ada));
  }
});

test("a limit that is raised is used", async (t) => {
  let served = 0;
  const api = () => {
    served += 1;
    return served === 1 ? response(2, 0, 0) : response(1000, 999);
  };
  const service = serviceFor(await scriptedServer(t, { api }));
  await service.findUserSessions(ada);
  await repeat(50, () => service.findUserSessions(ada));
  assert.equal(served, 51);
});

// One rate budget for all processes that share a Redis.

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { RateLimitError } from "@archie/auth0-user-security";
import { configOf, runProgram, startProgram } from "../../test-support/child.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { skipWithoutRedis, slowed, startRedis } from "../../test-support/redis.mjs";
import { rejection, serviceFor, tenantOf } from "../../test-support/service.mjs";

const { ada } = PEOPLE;
const needsRedis = { skip: skipWithoutRedis };
/** Far longer than the time limit of a command. */
const NEVER_MS = 100_000;
const LIST = "get_sessions_for_user";

const refusals = ({ requests }) => requests.filter(({ status }) => status === 429).length;

/** Four processes that each make this many calls, all at once. */
async function fourProcesses(tenant, calls, sharedState) {
  const source = `
    import { Auth0UserSecurityService } from "@archie/auth0-user-security";
    const service = new Auth0UserSecurityService(input.config);
    await service.findUserSessions(input.user);
    const calls = Array.from({ length: input.calls }, () => service.findUserSessions(input.user));
    console.log((await Promise.all(calls)).length);
  `;
  const config = { ...configOf(tenant), sharedState };
  const programs = [1, 2, 3, 4].map(() => runProgram(source, { config, calls, user: ada }));
  for (const ended of await Promise.all(programs)) {
    assert.deepEqual(ended, { code: 0, signal: null, stdout: `${calls}\n`, stderr: "" });
  }
}

test("four processes together stay within the limit of their tenant", needsRedis, async (t) => {
  const [redis, tenant] = [await startRedis(t), await tenantOf(t, { plan: "enterprise" })];
  await fourProcesses(tenant, 30, { redisUrl: redis.url });
  assert.ok(refusals(tenant) <= 1, `${refusals(tenant)} requests were refused`);
});

/** A process that revokes the sessions of all these users, and is killed when the test ends. Rejects if it ends before. */
function startRun(t, config, users) {
  const source = `
    import { Auth0UserSecurityService } from "@archie/auth0-user-security";
    await new Auth0UserSecurityService(input.config).bulkRevokeUserSessions(input.users);
  `;
  const { child, ended } = startProgram(source, { config, users });
  t.after(() => {
    child.kill("SIGKILL");
    return ended;
  });
  return ended.then(({ stderr }) => assert.fail(`A run has ended: ${stderr}`));
}

/** Requests about users, as they arrive. */
function requestsByUser() {
  const users = [];
  const arrivals = new EventEmitter();
  const onRequest = ({ params }) => {
    if (!params.user_id) return;
    users.push(params.user_id);
    arrivals.emit("request");
  };
  const until = async (condition, ...runs) => {
    while (!condition()) await Promise.race([once(arrivals, "request"), ...runs]);
  };
  return { users, onRequest, until };
}

test("a run that starts later gets its part of the limit", needsRedis, async (t) => {
  const people = (prefix) => Array.from({ length: 200 }, (_, at) => `auth0|${prefix}-${at}`);
  const [early, late] = [people("early"), people("late")];
  const rows = [...early, ...late].map((user_id) => ({ user_id }));
  const seed = { users: rows, sessions: rows };
  const { users, onRequest, until } = requestsByUser();
  const tenant = await tenantOf(t, { plan: "enterprise", seed, onRequest });
  const redis = await startRedis(t);
  const config = { ...configOf(tenant), sharedState: { redisUrl: redis.url } };
  const first = startRun(t, config, early);
  await until(() => users.length >= 60, first);
  const second = startRun(t, config, late);
  const isLate = (user) => late.includes(user);
  // By then it has learned what its part is.
  await until(() => users.filter(isLate).length >= 10, first, second);
  const before = users.length;
  await until(() => users.length >= before + 100, first, second);
  const ofLate = users.slice(before, before + 100).filter(isLate).length;
  assert.ok(ofLate >= 25, `${ofLate} of 100 requests were those of the later run`);
});

test("a Retry-After that one process received applies to another too", needsRedis, async (t) => {
  const [redis, tenant] = [await startRedis(t), await tenantOf(t, { plan: "enterprise" })];
  const sharedState = { redisUrl: redis.url };
  tenant.fault(LIST, { status: 429, headers: { "retry-after": "3600" } });
  const source = `
    import { Auth0UserSecurityService } from "@archie/auth0-user-security";
    const service = new Auth0UserSecurityService(input.config);
    console.log((await service.findUserSessions(input.user).catch((error) => error.code)));
  `;
  const config = { ...configOf(tenant), sharedState };
  const other = await runProgram(source, { config, user: ada });
  assert.equal(other.stdout, "ERR_RATE_LIMIT\n", other.stderr);

  const service = serviceFor(tenant, { sharedState });
  // A process learns from the first response which limit an endpoint belongs to.
  await service.findUserSessions(ada);
  const error = await rejection(service.findUserSessions(ada));
  assert.deepEqual([error.constructor, error.attempts], [RateLimitError, 0]);
  assert.ok(error.retryAfterMs > 590_000, String(error.retryAfterMs));
  assert.equal(tenant.requests.filter(({ operation }) => operation === LIST).length, 2);
});

/** The budgets of both APIs, which are written in the background. */
async function budgets(redis) {
  for (;;) {
    const scanned = await redis.command("--scan", "--pattern", "*:limit:*");
    const names = scanned.split("\n").filter(Boolean);
    const stored = await Promise.all(names.map((name) => redis.command("GET", name)));
    if (stored.length === 2) return { names, stored };
  }
}

test("a budget that was not written with the credentials is replaced", needsRedis, async (t) => {
  const [redis, tenant] = [await startRedis(t), await tenantOf(t, { plan: "enterprise" })];
  const service = serviceFor(tenant, { sharedState: { redisUrl: redis.url } });
  await service.findUserSessions(ada);
  const { names, stored } = await budgets(redis);
  const at = stored.findIndex((value) => value.includes('"size":50.0'));
  const closed = stored[at].replace('"closed_until":0.0', '"closed_until":1e15');
  assert.notEqual(closed, stored[at]);
  for (const forged of [
    closed,
    closed.slice(43),
    stored[(at + 1) % stored.length],
    "nonsense",
    "",
  ]) {
    await redis.command("SET", names[at], forged);
    // Calls do not wait for this, and the next report replaces the value.
    do assert.ok((await service.findUserSessions(ada)).length > 0);
    while ((await redis.command("GET", names[at])) === forged);
  }
});

test("the data in Redis names no tenant", needsRedis, async (t) => {
  const [redis, tenant] = [await startRedis(t), await tenantOf(t, { plan: "enterprise" })];
  await serviceFor(tenant, { sharedState: { redisUrl: redis.url } }).findUserSessions(ada);
  const { stored } = await budgets(redis);
  for (const text of [await redis.command("--scan"), ...stored]) {
    assert.ok(!text.includes("127.0.0.1"), text);
  }
});

for (const delay of [60, 200]) {
  test(
    `a Redis that takes ${delay} ms for a command fails and delays no call`,
    needsRedis,
    async (t) => {
      const redis = await slowed(t, await startRedis(t), delay);
      const tenant = await tenantOf(t);
      const service = serviceFor(tenant, { sharedState: { redisUrl: redis.url } });
      await service.findUserSessions(ada);
      const options = { timeoutMs: 20_000 };
      const calls = Array.from({ length: 64 }, () => service.findUserSessions(ada, options));
      assert.equal((await Promise.all(calls)).length, 64);
    },
  );
}

test("no call waits for a Redis that stops responding", needsRedis, async (t) => {
  const redis = await slowed(t, await startRedis(t), 0);
  const logger = recordingLogger();
  const config = { sharedState: { redisUrl: redis.url } };
  const service = serviceFor(await tenantOf(t), config, logger);
  await service.findUserSessions(ada);
  redis.delay = NEVER_MS;
  for (let call = 0; call < 8; call += 1) await service.findUserSessions(ada);
  // Calls that wait for it continue after a warning.
  assert.deepEqual(logger.lines, []);
  while (logger.lines.length === 0) await service.findUserSessions(ada);
  const calls = Array.from({ length: 64 }, () => service.findUserSessions(ada));
  assert.equal((await Promise.all(calls)).length, 64);
  assert.deepEqual(
    logger.lines.map(({ level, details }) => [level, details.problem]),
    [["warn", "did not respond in time"]],
  );
});

test("a Redis that is slow for a while is one outage in the log", needsRedis, async (t) => {
  const redis = await slowed(t, await startRedis(t), NEVER_MS);
  const logger = recordingLogger();
  const config = { sharedState: { redisUrl: redis.url }, logLevel: "info" };
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant, config, logger);
  const lines = () => logger.lines.filter(({ message }) => message.includes("Redis"));
  await service.findUserSessions(ada);
  redis.delay = 0;
  // The service pauses before it tries Redis again. Slow responses keep the loop below from spinning meanwhile.
  tenant.fault(LIST, { delay: 20 }, Number.POSITIVE_INFINITY);
  while (lines().length < 2) await service.findUserSessions(ada);
  assert.deepEqual(
    lines().map(({ level }) => level),
    ["warn", "info"],
  );
});

test("a budget lost by Redis rejects no call with a short deadline", needsRedis, async (t) => {
  const [redis, tenant] = [await startRedis(t), await tenantOf(t, { plan: "enterprise" })];
  const service = serviceFor(tenant, { sharedState: { redisUrl: redis.url } });
  await service.findUserSessions(ada);
  await redis.command("FLUSHALL");
  const options = { timeoutMs: 900 };
  await Promise.all([1, 2, 3, 4, 5].map(() => service.findUserSessions(ada, options)));
});

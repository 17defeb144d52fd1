// Measures what sharing through Redis costs: calls per second with a Redis that delays every command,
// compared with the same run without Redis; and how often four processes that share a rate limit get a
// 429. Exits with 1 if a figure is missed. Needs redis-server; takes a quarter of an hour.
//
//   npm run bench:shared

import { runMeasurement, startTenantProcess } from "./processes.mjs";
import { startSlowRedis } from "./redis.mjs";
import { report } from "./report.mjs";

const DELAYS_MS = [0, 1, 5, 20, 100, 200];
const SIZES = [
  { calls: 200, rounds: 9, repeats: 5 },
  { calls: 2000, rounds: 4, repeats: 9 },
];
const isNear = (delay) => delay <= 5;
/** The largest acceptable loss, as a share of the throughput without Redis. */
const mostLost = (delay) => (isNear(delay) ? 0.1 : 0.5);
/** On a busy machine single runs differ by a third or more: a tight limit needs the median of many. */
const NEAR_REPEATS = 11;

const PROCESSES = 4;
const CALLS_EACH = 100;
/** Auth0's Enterprise limit: a bucket of 50, refilled by 16 a second. */
const PLAN = { name: "enterprise", size: 50, perSecond: 16 };
const ideal = ((PROCESSES * CALLS_EACH - PLAN.size) / PLAN.perSecond) * 1000;

const median = (numbers) => numbers.toSorted((one, other) => one - other)[numbers.length >> 1];
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

const redis = await startSlowRedis();

/** The same run with and without Redis, alternating, so that a busy machine slows down both. */
async function compare({ config: { service, user } }, { repeats, ...size }) {
  const shared = { ...service, sharedState: { redisUrl: redis.url } };
  const run = (config) => runMeasurement("calls-at-once.mjs", { service: config, user, ...size });
  const pairs = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    pairs.push({ without: await run(service), with: await run(shared) });
  }
  return {
    lost: median(pairs.map((pair) => 1 - pair.with.perSecond / pair.without.perSecond)),
    perSecond: median(pairs.map((pair) => pair.with.perSecond)),
    perSecondWithout: median(pairs.map((pair) => pair.without.perSecond)),
    first: median(pairs.map((pair) => pair.with.first)),
    firstWithout: median(pairs.map((pair) => pair.without.first)),
    failed: sum(pairs.map((pair) => pair.with.failed)),
    warnings: Math.max(...pairs.map((pair) => pair.with.warnings)),
  };
}

const unlimited = await startTenantProcess();
for (const size of SIZES) {
  for (const delay of DELAYS_MS) {
    redis.delay = delay;
    const repeats = isNear(delay) ? NEAR_REPEATS : size.repeats;
    const found = await compare(unlimited, { ...size, repeats });
    const name = `${size.calls} calls at once, Redis at ${delay} ms`;
    report(`${name}: throughput lost`, found.lost * 100, mostLost(delay) * 100, "%");
    report(`${name}: calls that failed`, found.failed, 0);
    report(`${name}: warnings in a process`, found.warnings, 1);
    const { perSecond, perSecondWithout, first, firstWithout } = found;
    console.log(
      `         ${Math.round(perSecond)} calls/s, ${Math.round(perSecondWithout)} without; first ` +
        `call with its token ${Math.round(first)} ms, ${Math.round(firstWithout)} ms without`,
    );
  }
}
await unlimited.stop();

for (const delay of DELAYS_MS) {
  redis.delay = delay;
  const tenant = await startTenantProcess({ plan: PLAN.name });
  const { service, user } = tenant.config;
  const shared = { ...service, sharedState: { redisUrl: redis.url } };
  const start = performance.now();
  const processes = Array.from({ length: PROCESSES }, () =>
    runMeasurement("queued-calls.mjs", { service: shared, user, calls: CALLS_EACH }),
  );
  await Promise.all(processes);
  const took = performance.now() - start;
  const { all, refused } = await tenant.counts();
  await tenant.stop();
  report(`four processes, Redis at ${delay} ms: got 429`, (refused / all) * 100, 1, "%");
  console.log(
    `         ${all} requests in ${(took / 1000).toFixed(1)} s, ideal ${(ideal / 1000).toFixed(1)} s; ` +
      `${refused} got 429`,
  );
}

await redis.stop();

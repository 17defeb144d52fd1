// Measures runs for many users: how close they come to the ideal time under a rate limit, how many users a second they
// process without one, and how their memory grows with the list. Exits with 1 if a figure is missed.
//
//   npm run bench:fleets            everything, in a quarter of an hour
//   npm run bench:fleets -- free    one part: limited, large, free or exported

import { CORES } from "./comparison/cores.mjs";
import { measure, startResponder } from "./comparison/processes.mjs";
import { runMeasurement, startTenantProcess } from "./processes.mjs";
import { report } from "./report.mjs";

/** Limits of Auth0's plans: a bucket, and how many requests a second refill it. `users` is how many a run has. */
const LIMITS = {
  limited: { burst: 50, perSecond: 16, users: 1_000 },
  large: { burst: 500, perSecond: 160, users: 10_000 },
};
/** Requests for each user: two deletes, and the lookup of an email. */
const REQUESTS = { id: 2, email: 3 };

const MILLION = 1_000_000;
/** The memory that a run may take from the 100,000th user of a million to the last. */
const GROWTH = 10 + ((MILLION - 100_000) * 32) / 2 ** 20;

const PARTS = {
  async limited() {
    for (const by of Object.keys(REQUESTS)) await limited(LIMITS.limited, by);
    await looped(LIMITS.limited);
  },
  async large() {
    for (const by of Object.keys(REQUESTS)) await limited(LIMITS.large, by);
  },
  free: unlimited,
  exported,
};
const given = process.argv.slice(2);
const unknown = given.find((part) => !Object.hasOwn(PARTS, part));
if (unknown)
  throw new Error(`No part is called ${unknown}, only: ${Object.keys(PARTS).join(", ")}.`);

/** A tenant with such a limit, and users whose sessions are to be revoked. */
function tenantWith({ burst, perSecond, users }) {
  const rateLimits = { management: { burst, perSecond } };
  return startTenantProcess({ plan: "enterprise", rateLimits, revocable: users });
}

/** The milliseconds that this many requests take at least. */
const idealTime = ({ burst, perSecond }, requests) => ((requests - burst) / perSecond) * 1000;
const seconds = (millis) => `${(millis / 1000).toFixed(1)} s`;

/** A run under a limit. */
async function limited(limit, by) {
  const { burst, perSecond, users: count } = limit;
  const tenant = await tenantWith(limit);
  const run = await runMeasurement("limited-fleet.mjs", { ...tenant.config, users: count, by });
  const { all, refused, users } = await tenant.counts();
  await tenant.stop();
  const ideal = idealTime(limit, count * REQUESTS[by]);
  const name = `${count} users by ${by}, ${burst} + ${perSecond}/s`;
  report(`${name}: time over the ideal`, (run.took / ideal - 1) * 100, 5, "%");
  report(`${name}: requests that got 429`, (refused / all) * 100, 0.1, "%");
  report(`${name}: users not processed once`, count - run.indexes, 0);
  report(`${name}: users not signed out`, count - users.whole, 0);
  console.log(`         ${seconds(run.took)}, ideal ${seconds(ideal)}; ${all} requests`);
}

/** The loop of the original README under the same limit, for comparison. */
async function looped(limit) {
  const tenant = await tenantWith(limit);
  const { took, succeeded } = await runMeasurement("looped-fleet.mjs", {
    ...tenant.config,
    users: limit.users,
  });
  await tenant.stop();
  console.log(`         in a loop of single calls: ${seconds(took)}, ${succeeded} users`);
}

async function unlimited() {
  const responder = await startResponder();
  const config = { users: 100_000, method: "bulkRevokeUserSessions" };
  const { done, failed, elapsed, busy, cpu } = await measure(
    responder,
    "fleet.mjs",
    config,
    CORES?.clients,
  );
  const perSecond = done / (elapsed / 1000);
  report("users of 8,000 a second that are missing", Math.max(0, 8_000 - perSecond), 0);
  report("main thread busy", busy * 100, 10, "%");
  report("users who failed", failed, 0);
  console.log(`         ${Math.round(perSecond)} users/s, ${(cpu / done).toFixed(3)} ms CPU each`);
  const million = await measure(
    responder,
    "fleet.mjs",
    { ...config, users: MILLION },
    CORES?.clients,
  );
  await responder.stop();
  const [before, after] = million.memory;
  report("growth from the 100,000th user to the last of a million", after - before, GROWTH, "MB");
  console.log(`         ${Math.round(before)} MB to ${Math.round(after)} MB`);
}

async function exported() {
  const tenant = await startTenantProcess({ users: MILLION }, "export-tenant.mjs");
  const { done, took, memory } = await runMeasurement("exported-fleet.mjs", tenant.config);
  await tenant.stop();
  const [before, after] = memory;
  report("users of an export of a million that are missing", MILLION - done, 0);
  report("growth from the 100,000th user of an export to the last", after - before, GROWTH, "MB");
  console.log(
    `         ${Math.round(before)} MB to ${Math.round(after)} MB, ${Math.round(done / (took / 1000))} users/s`,
  );
}

for (const part of given.length > 0 ? given : Object.keys(PARTS)) await PARTS[part]();

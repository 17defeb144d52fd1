// Measures runs for many users: how close they come to the ideal time under a rate limit, how many users a second they
// process without one, and how their memory grows with the list. Exits with 1 if a figure is missed.
//
//   npm run bench:fleets            everything, in six minutes
//   npm run bench:fleets -- free    only what has no rate limit

import { CORES } from "./comparison/cores.mjs";
import { measure, startResponder } from "./comparison/processes.mjs";
import { runMeasurement, startTenantProcess } from "./processes.mjs";
import { report } from "./report.mjs";

/** Auth0's limits: a bucket, and how many requests a second refill it. */
const PLANS = { enterprise: { size: 50, perSecond: 16 } };
const USERS = 1_000;
/** Requests for each user: two deletes, and the lookup of an email. */
const REQUESTS = { id: 2, email: 3 };

const [part] = process.argv.slice(2);
if (part !== "free") for (const by of Object.keys(REQUESTS)) await limited("enterprise", by);
await unlimited();

/** A run under the limit of a plan. */
async function limited(plan, by) {
  const tenant = await startTenantProcess({ plan, revocable: USERS });
  const run = await runMeasurement("limited-fleet.mjs", { ...tenant.config, users: USERS, by });
  const { all, refused, users } = await tenant.counts();
  await tenant.stop();
  const { size, perSecond } = PLANS[plan];
  const ideal = ((USERS * REQUESTS[by] - size) / perSecond) * 1000;
  const name = `${USERS} users by ${by}, ${size} + ${perSecond}/s`;
  report(`${name}: time over the ideal`, (run.took / ideal - 1) * 100, 5, "%");
  report(`${name}: requests that got 429`, (refused / all) * 100, 0.1, "%");
  report(`${name}: users not processed once`, USERS - run.indexes, 0);
  report(`${name}: users not signed out`, USERS - users.whole, 0);
  console.log(
    `         ${(run.took / 1000).toFixed(1)} s, ideal ${(ideal / 1000).toFixed(1)} s; ${all} requests`,
  );
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
    { ...config, users: 1_000_000 },
    CORES?.clients,
  );
  await responder.stop();
  const [before, after] = million.memory;
  const most = 10 + (900_000 * 32) / 2 ** 20;
  report("growth from the 100,000th user to the last of a million", after - before, most, "MB");
  console.log(`         ${Math.round(before)} MB to ${Math.round(after)} MB`);
}

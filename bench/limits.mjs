// Measures how close 1,000 queued calls come to the ideal time under a rate limit, and how many
// requests meet a 429; exits with 1 if a figure is missed. Takes a minute for each run.
//
//   npm run bench:limits

import { runMeasurement, startTenantProcess } from "./processes.mjs";
import { report } from "./report.mjs";

const CALLS = 1000;
/** Auth0's Enterprise limit: a bucket of 50, refilled by 16 a second. */
const PLAN = { name: "enterprise", size: 50, perSecond: 16 };
const ideal = ((CALLS - PLAN.size) / PLAN.perSecond) * 1000;

const tenant = await startTenantProcess({ plan: PLAN.name });
const took = await runMeasurement("queued-calls.mjs", { ...tenant.config, calls: CALLS });
const { all, refused } = await tenant.counts();
await tenant.stop();

report("time over the ideal", (took / ideal - 1) * 100, 5, "%");
report("requests answered 429", (refused / all) * 100, 0.1, "%");

console.log(
  `         ${CALLS} calls in ${(took / 1000).toFixed(1)} s, ideal ${(ideal / 1000).toFixed(1)} s; ` +
    `${all} API requests, ${refused} answered 429`,
);

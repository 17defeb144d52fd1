// Measures how close 1,000 queued calls come to the ideal time under a rate limit, and how many requests get a 429;
// then that none of 500 concurrent revocations is half done, and that each rejected one says so. Also shows what bulk
// revocations cost steady interactive calls. Exits with 1 if a figure is missed. Takes three minutes.
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
report("requests that got 429", (refused / all) * 100, 0.1, "%");

console.log(
  `         ${CALLS} calls in ${(took / 1000).toFixed(1)} s, ideal ${(ideal / 1000).toFixed(1)} s; ` +
    `${all} API requests, ${refused} got 429`,
);

const REVOCATIONS = 500;
/** Half of what the limit permits, for 45 seconds: longer than the deadline of the revocations. */
const STEADY = { everyMs: 125, calls: 360 };

/** Revokes under the limit, with or without concurrent interactive calls. */
async function revoke(options) {
  const revocable = options.revocations;
  const limited = await startTenantProcess({ plan: PLAN.name, revocable });
  const result = await runMeasurement("bulk-beside.mjs", { ...limited.config, ...options });
  const { users, refused: refusals } = await limited.counts();
  await limited.stop();
  return { ...result, users, refusals };
}

const alone = await revoke({ revocations: REVOCATIONS, calls: 0 });
const without = await revoke({ revocations: 0, ...STEADY });
const beside = await revoke({ revocations: REVOCATIONS, priority: "bulk", ...STEADY });

const row = ({ users, outcomes, refusals, p99 }) => ({
  "fully revoked": users.whole,
  untouched: users.untouched,
  "half done": users.halfDone,
  "got 429": refusals,
  calls: JSON.stringify(outcomes),
  "interactive p99 (ms)": p99 && Math.round(p99),
});
console.log(`\n${REVOCATIONS} x revokeAllUserSessions at once, with the default deadline:`);
console.table({
  alone: row(alone),
  "bulk, with 8 interactive calls/s": row(beside),
  "those calls alone": row(without),
});

/** Without effects an error says that nothing was changed; with them it says what was. */
const saysSo = (outcomes, what) =>
  Object.entries(outcomes).reduce((sum, [name, n]) => sum + (name.endsWith(what) ? n : 0), 0);
for (const [name, { users, outcomes }] of Object.entries({ alone, beside })) {
  report(`revocations half done, ${name}`, users.halfDone, 0);
  const unreported = Math.abs(users.untouched - saysSo(outcomes, "nothing changed"));
  report(`users whose error does not report the outcome, ${name}`, unreported, 0);
}

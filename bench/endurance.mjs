// Ten minutes of 64 concurrent calls, at least one in twenty of which meets one of thirteen kinds of fault.
// Measures memory, open sockets, and the latency of calls about an unaffected user compared with that in
// windows without faults, which are added to the ten minutes. Exits with 1 if a figure is missed.
//
//   npm run bench:endurance              ten minutes, thirteen with the windows
//   npm run bench:endurance -- 1         one

import { runMeasurement, startTenantProcess } from "./processes.mjs";
import { report } from "./report.mjs";

const minutes = Number(process.argv[2] ?? 10);
/** V8 resizes its young generation by up to 30 MB, so its size is fixed: only leaks show. */
const FIXED_HEAP = ["--expose-gc", "--min-semi-space-size=8", "--max-semi-space-size=8"];

const tenant = await startTenantProcess({ misbehaves: true });
const seen = await runMeasurement("endurance.mjs", { ...tenant.config, minutes }, FIXED_HEAP);
const { faulted } = await tenant.counts();
await tenant.stop();

const { calls, callsBesideFaults, outcomes, windows, memory, sockets, rejections, good } = seen;
console.log(`        ${calls} calls in ${windows} windows:`, outcomes);
console.log(`        resident memory by window, MB: ${memory.join(" ")}`);
console.log(
  `        unaffected calls, p50 and p99 in ms: with faults ${good.faulty}, without ${good.clean}`,
);

const third = Math.max(1, Math.floor(memory.length / 3));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const growth = mean(memory.slice(-third)) - mean(memory.slice(0, third));
const share = (faulted / callsBesideFaults) * 100;
console.log(`        ${faulted} faults for ${callsBesideFaults} calls: ${share.toFixed(1)} %`);
if (share < 5) throw new Error("Too few faults for a conclusion.");
report("memory growth, from the first third to the last", growth, 5, "MB");
report("open sockets after close()", sockets, 0);
report("unhandled rejections and unknown errors", rejections, 0);
report(
  "p99 of unaffected calls, relative to that without faults",
  good.faulty[1] / good.clean[1],
  2,
);

// Closed-loop load: so many calls at a time, each followed by the next.

import { startMeter } from "./meter.mjs";
import { percentile } from "./statistics.mjs";

/** Makes calls for some time; the figures of the meter, per call where that makes sense. */
export async function measureLoad(call, { concurrency, milliseconds }) {
  const latencies = [];
  const stop = startMeter();
  const end = performance.now() + milliseconds;
  await inParallel(concurrency, async () => {
    for (let began = performance.now(); began < end; ) {
      await call();
      const now = performance.now();
      latencies.push(now - began);
      began = now;
    }
  });
  const { elapsed, cpu, main, ...others } = stop();
  const calls = latencies.length;
  return {
    calls,
    perSecond: (calls / elapsed) * 1000,
    cpuPerCall: (cpu / calls) * 1000,
    mainPerCall: (main / calls) * 1000,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    ...others,
  };
}

/** Makes a number of calls, unmeasured. */
export async function warmUp(call, { concurrency, calls }) {
  let left = calls;
  await inParallel(concurrency, async () => {
    while (left-- > 0) await call();
  });
}

function inParallel(count, work) {
  return Promise.all(Array.from({ length: count }, work));
}

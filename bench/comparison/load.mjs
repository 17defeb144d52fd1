// Closed-loop load: so many calls at a time, each followed by the next.

import { startMeter } from "./meter.mjs";
import { percentile } from "./statistics.mjs";

/**
 * Makes calls for some time. Returns what the meter says, processor times in microseconds per call, latencies in
 * milliseconds, and how many calls failed.
 */
export async function measureLoad(call, { concurrency, milliseconds, responder }) {
  const latencies = [];
  let failed = 0;
  const stop = startMeter(responder);
  const end = performance.now() + milliseconds;
  await inParallel(concurrency, async () => {
    while (performance.now() < end) {
      const began = performance.now();
      if (await succeeds(call)) latencies.push(performance.now() - began);
      else failed += 1;
    }
  });
  const { elapsed, cpu, main, ...others } = stop();
  const calls = latencies.length;
  return {
    calls,
    failed,
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
    while (left-- > 0) await succeeds(call);
  });
}

/** Under a load that a contestant cannot carry its calls fail, which is a figure and not an error. */
export function succeeds(call) {
  return call().then(
    () => true,
    () => false,
  );
}

function inParallel(count, work) {
  return Promise.all(Array.from({ length: count }, work));
}

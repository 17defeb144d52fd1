// Open-loop load: calls begin at a fixed rate, however long earlier ones take.

import { setTimeout as sleep } from "node:timers/promises";
import { succeeds } from "./load.mjs";
import { startMeter } from "./meter.mjs";
import { percentile } from "./statistics.mjs";

/** A call that takes longer counts as not served. */
const PATIENCE_MS = 1000;
/** How long calls that are late may go on, so that they do not burden what is measured next. */
const DRAIN_MS = 4000;

/** Latencies count from when a call was due, also if the event loop was too busy to begin it then. */
export async function measureOpenLoop(call, { perSecond, milliseconds, responder }) {
  const latencies = [];
  const stop = startMeter(responder);
  const calls = await atRate({ perSecond, milliseconds }, async (due) => {
    if (await succeeds(call)) latencies.push(performance.now() - due);
  });
  const { elapsed, main, ...others } = stop();
  await Promise.race([Promise.all(calls), sleep(DRAIN_MS, undefined, { ref: false })]);
  const served = latencies.filter((latency) => latency <= PATIENCE_MS);
  return {
    served: served.length / calls.length,
    p50: percentile(served, 0.5),
    p99: percentile(served, 0.99),
    mainShare: main / elapsed,
    ...others,
  };
}

/** Resolves with the promises of all calls when the last one has begun. */
function atRate({ perSecond, milliseconds }, call) {
  const start = performance.now();
  const calls = [];
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const elapsed = Math.min(performance.now() - start, milliseconds);
      const due = Math.floor((elapsed * perSecond) / 1000);
      while (calls.length < due) calls.push(call(start + (calls.length * 1000) / perSecond));
      if (elapsed < milliseconds) return;
      clearInterval(timer);
      resolve(calls);
    }, 1);
  });
}

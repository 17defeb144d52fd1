// The longest time for which work keeps the event loop from serving a timer.

import { schedulerWaits } from "./scheduler.cjs";

const INTERVAL = 1;
const waited = schedulerWaits();

/** In milliseconds, without the time in which other processes used the core. */
export async function longestBlock(work) {
  let last = performance.now();
  let waitedBefore = waited();
  let longest = 0;
  const tick = () => {
    const now = performance.now();
    const waitedNow = waited();
    longest = Math.max(longest, now - last - (waitedNow - waitedBefore) - INTERVAL);
    last = now;
    waitedBefore = waitedNow;
  };
  const timer = setInterval(tick, INTERVAL);
  await work();
  tick();
  clearInterval(timer);
  return longest;
}

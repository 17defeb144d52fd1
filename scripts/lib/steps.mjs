// Runs checks in sequence, stops at the first failure, and reports how long each took and what was skipped.

import { Failure } from "./process.mjs";
import { Tally } from "./tally.mjs";

/** @param {{ name: string, check: (tally: Tally) => void | Promise<void> }[]} steps */
export async function runSteps(steps) {
  const begin = Date.now();
  const tally = new Tally();
  for (const [index, { name, check }] of steps.entries()) {
    console.log(`\n── ${index + 1}/${steps.length} ${name}`);
    const start = Date.now();
    const skippedBefore = tally.skippedSteps;
    try {
      await check(tally);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      throw new Failure(`${name} failed after ${elapsed(start)}. ${error.message}`);
    }
    const isSkipped = tally.skippedSteps > skippedBefore;
    console.log(isSkipped ? `– ${name}: skipped` : `✓ ${name}: ${elapsed(start)}`);
  }
  console.log(`\n${tally.summary(steps.length, elapsed(begin)).join("\n")}`);
}

function elapsed(since) {
  const seconds = (Date.now() - since) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

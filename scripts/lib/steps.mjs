// Runs checks one after the other, stops at the first that fails, and tells how long each took.

import { Failure } from "./process.mjs";

/** @param {{ name: string, check: () => void | Promise<void> }[]} steps */
export async function runSteps(steps) {
  const begin = Date.now();
  for (const [index, { name, check }] of steps.entries()) {
    console.log(`\n── ${index + 1}/${steps.length} ${name}`);
    const start = Date.now();
    try {
      await check();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      throw new Failure(`${name} failed after ${elapsed(start)}. ${error.message}`);
    }
    console.log(`✓ ${name}: ${elapsed(start)}`);
  }
  console.log(`\n✓ All ${steps.length} steps passed in ${elapsed(begin)}.`);
}

function elapsed(since) {
  const seconds = (Date.now() - since) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

// Says that a long command goes on, where nobody sees the progress bars of npm and cargo.

import { Worker } from "node:worker_threads";

const SECONDS = 10;

/** A thread of its own, because a program that is waited for stops this one. Its console would wait, too. */
const PULSE = `
  const { writeSync } = require("node:fs");
  const { workerData: { what, milliseconds } } = require("node:worker_threads");
  const start = Date.now();
  setInterval(() => {
    const seconds = Math.round((Date.now() - start) / 1000);
    try {
      writeSync(2, what + ": still at it after " + seconds + " s …\\n");
    } catch {
      // A pipe that is full or closed: nobody reads this now.
    }
  }, milliseconds);`;

/**
 * @template T
 * @param {string} what is being done
 * @param {() => T} action
 * @returns {T}
 */
export function withPulse(what, action, milliseconds = SECONDS * 1000) {
  if (process.stderr.isTTY) return action();
  const workerData = { what, milliseconds };
  const pulse = new Worker(PULSE, { eval: true, execArgv: [], workerData });
  try {
    return action();
  } finally {
    pulse.terminate();
  }
}

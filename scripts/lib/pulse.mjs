// Reports that a long command is still running, where npm and cargo show no progress bar.

import { Worker } from "node:worker_threads";

const SECONDS = 10;

/** A separate thread, because waiting for a program blocks this one, and with it the console. */
const PULSE = `
  const { writeSync } = require("node:fs");
  const { workerData: { what, milliseconds } } = require("node:worker_threads");
  const start = Date.now();
  setInterval(() => {
    const seconds = Math.round((Date.now() - start) / 1000);
    try {
      writeSync(2, what + ": still at it after " + seconds + " s …\\n");
    } catch {
      // The pipe is full or closed: nothing is reading.
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

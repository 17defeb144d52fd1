import { EXIT_OF_SIGNAL } from "./exit-codes.js";
import { Interrupted } from "./failure.js";
import { note } from "./terminal.js";

const SIGNALS = /** @type {NodeJS.Signals[]} */ (Object.keys(EXIT_OF_SIGNAL));

/**
 * The first signal aborts with an {@link Interrupted}, so that what has begun can end; the second ends the process at once.
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} run
 * @returns {Promise<T>}
 */
export async function interruptible(run) {
  const controller = new AbortController();
  /** @param {NodeJS.Signals} signal */
  const onSignal = (signal) => {
    if (controller.signal.aborted) process.exit(EXIT_OF_SIGNAL[signal]);
    controller.abort(new Interrupted(signal));
    note("Stopping: what has begun is finished. Ctrl-C again ends at once.");
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await run(controller.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

/**
 * Rejects when the signal is aborted, whether or not the promise ever settles.
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
export function abortable(promise, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

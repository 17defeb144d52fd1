"use strict";

// Cancels calls of the core through AbortSignals.

/**
 * @import { Cancellation, NativeCore } from "../types/core.d.ts"
 * @typedef {{ rejections: Map<Cancellation, (reason: unknown) => void>, cancel: () => void }} Calls
 */

const { wrongType } = require("./errors.js");

/**
 * The calls in flight for each signal, which has a single listener for all of them.
 * @type {WeakMap<AbortSignal, Calls>}
 */
const inFlight = new WeakMap();

/**
 * Makes one call cancellable: `fired` rejects with the reason of the signal, once the core has been notified.
 * `undefined` without a signal.
 * @param {unknown} signal
 * @param {NativeCore} core
 */
function cancellationFor(signal, core) {
  if (signal === undefined || signal === null) return undefined;
  if (!(signal instanceof AbortSignal)) throw wrongType("options.signal must be an AbortSignal.");
  signal.throwIfAborted();
  const handle = core.createCancellation();
  const calls = inFlight.get(signal) ?? listenTo(signal, core);
  /** @type {Promise<never>} */
  const fired = new Promise((_, reject) => {
    calls.rejections.set(handle, reject);
  });
  const release = () => {
    calls.rejections.delete(handle);
    if (calls.rejections.size > 0) return;
    signal.removeEventListener("abort", calls.cancel);
    inFlight.delete(signal);
  };
  return { handle, fired, release };
}

/**
 * @param {AbortSignal} signal
 * @param {NativeCore} core
 */
function listenTo(signal, core) {
  /** @type {Calls["rejections"]} */
  const rejections = new Map();
  const cancel = () => {
    for (const [handle, reject] of rejections) {
      core.cancel(handle);
      reject(signal.reason);
    }
  };
  const calls = { rejections, cancel };
  inFlight.set(signal, calls);
  // Without a prototype: a foreign `signal` on Object.prototype could remove the listener.
  signal.addEventListener("abort", cancel, Object.assign(Object.create(null), { once: true }));
  return calls;
}

module.exports = { cancellationFor };

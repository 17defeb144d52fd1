"use strict";

// Cancels work of the core through AbortSignals.

/**
 * @import { NativeCore } from "../types/core.d.ts"
 * @typedef {(reason: unknown) => void} Listener
 * @typedef {{ listeners: Set<Listener>, fire: () => void }} Listening
 */

const { wrongType } = require("./errors.js");
const { own } = require("./own.js");

/**
 * Who listens to each signal, which has a single listener for all of them.
 * @type {WeakMap<AbortSignal, Listening>}
 */
const listening = new WeakMap();

/**
 * The signal among the options.
 * @param {unknown} options
 * @returns {AbortSignal | undefined}
 */
function signalOf(options) {
  const signal = own(options, "signal");
  if (signal === undefined || signal === null) return undefined;
  if (signal instanceof AbortSignal) return signal;
  throw wrongType("options.signal must be an AbortSignal.");
}

/**
 * Calls the listener once the signal fires; until the function that this returns is called.
 * @param {AbortSignal} signal
 * @param {Listener} listener
 */
function whenAborted(signal, listener) {
  const shared = listening.get(signal) ?? listenTo(signal);
  shared.listeners.add(listener);
  return () => {
    shared.listeners.delete(listener);
    if (shared.listeners.size > 0) return;
    signal.removeEventListener("abort", shared.fire);
    listening.delete(signal);
  };
}

/** @param {AbortSignal} signal */
function listenTo(signal) {
  /** @type {Set<Listener>} */
  const listeners = new Set();
  const fire = () => {
    for (const listener of listeners) listener(signal.reason);
  };
  const shared = { listeners, fire };
  listening.set(signal, shared);
  // Without a prototype: a foreign `signal` on Object.prototype could remove the listener.
  signal.addEventListener("abort", fire, Object.assign(Object.create(null), { once: true }));
  return shared;
}

/**
 * Makes one call cancellable: `fired` rejects with the reason of the signal, once the core has been notified.
 * `undefined` without a signal.
 * @param {unknown} options
 * @param {NativeCore} core
 */
function cancellationFor(options, core) {
  const signal = signalOf(options);
  if (!signal) return undefined;
  signal.throwIfAborted();
  const handle = core.createCancellation();
  let release = () => {};
  /** @type {Promise<never>} */
  const fired = new Promise((_, reject) => {
    release = whenAborted(signal, (reason) => {
      core.cancel(handle);
      reject(reason);
    });
  });
  return { handle, fired, release };
}

module.exports = { cancellationFor, signalOf, whenAborted };

"use strict";

// Calls the native core: a failure object becomes the error that is thrown, an AbortSignal cancels.

const { Auth0UserSecurityError, errorFrom, writeHeader, wrongType } = require("./errors.js");
const { own } = require("./own.js");
const { traced } = require("./tracing.js");

let loaded;

/** The native core, loaded when it is first needed: importing the package costs next to nothing. */
function core() {
  loaded ??= require("./load.js").load();
  return loaded;
}

/** The result of the core, or the error that its failure object describes. */
function resultOf(outcome) {
  const failure = own(outcome, "$failure");
  // The stack begins where the core was called, not where the error was made.
  if (failure) throw writeHeader(errorFrom(failure), resultOf);
  return outcome;
}

/** Calls the core as an operation that can be traced and cancelled. */
async function call(operation, options, start) {
  return await traced(operation, () => cancellable(options, start));
}

/** Awaits `start(handle)`. When the signal of `options` fires, it cancels that and rejects at once. */
async function cancellable(options, start) {
  const signal = own(options, "signal");
  if (signal === undefined || signal === null) return resultOf(await settle(start(undefined)));
  if (!(signal instanceof AbortSignal)) throw wrongType("options.signal must be an AbortSignal.");
  signal.throwIfAborted();
  const handle = core().createCallHandle();
  const { aborted, release } = whenAborted(signal, handle);
  try {
    // A change that has begun is completed by the core, whoever still waits for it.
    return resultOf(await Promise.race([settle(start(handle)), aborted]));
  } finally {
    release();
  }
}

/** The calls in flight under each signal, which gets one listener however many they are. */
const inFlight = new WeakMap();

/** `aborted` rejects with the reason of the signal, once the core has been told. */
function whenAborted(signal, handle) {
  const calls = inFlight.get(signal) ?? listenTo(signal);
  const aborted = new Promise((_, reject) => {
    calls.rejections.set(handle, reject);
  });
  const release = () => {
    calls.rejections.delete(handle);
    if (calls.rejections.size > 0) return;
    signal.removeEventListener("abort", calls.cancel);
    inFlight.delete(signal);
  };
  return { aborted, release };
}

function listenTo(signal) {
  const rejections = new Map();
  const cancel = () => {
    for (const [handle, reject] of rejections) {
      core().cancelCall(handle);
      reject(signal.reason);
    }
  };
  const calls = { rejections, cancel };
  inFlight.set(signal, calls);
  // Without a prototype: a foreign `signal` on Object.prototype would take the listener away.
  signal.addEventListener("abort", cancel, { __proto__: null, once: true });
  return calls;
}

/** The core rejects for defects only, such as a panic. */
async function settle(promise) {
  try {
    return await promise;
  } catch (cause) {
    throw new Auth0UserSecurityError("The native core failed unexpectedly.", { cause });
  }
}

module.exports = { call, core, resultOf };

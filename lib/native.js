"use strict";

// Calls the native core: a failure object becomes the error that is thrown, an AbortSignal cancels.

const { Auth0UserSecurityError, errorFrom, writeHeader, wrongType } = require("./errors.js");
const { traced } = require("./tracing.js");

let loaded;

/** The native core, loaded when it is first needed: importing the package costs next to nothing. */
function core() {
  loaded ??= require("./load.js").load();
  return loaded;
}

/** The result of the core, or the error that its failure object describes. */
function resultOf(outcome) {
  // The stack begins where the core was called, not where the error was made.
  if (outcome?.$failure) throw writeHeader(errorFrom(outcome.$failure), resultOf);
  return outcome;
}

/** Calls the core as an operation that can be traced and cancelled. */
async function call(operation, options, start) {
  return await traced(operation, () => cancellable(options, start));
}

/** Awaits `start(handle)`, and cancels it when the signal of `options` fires. */
async function cancellable(options, start) {
  const signal = options?.signal;
  if (signal === undefined || signal === null) return resultOf(await settle(start(undefined)));
  if (!(signal instanceof AbortSignal)) throw wrongType("options.signal must be an AbortSignal.");
  signal.throwIfAborted();
  const handle = core().createCallHandle();
  const release = cancelOnAbort(signal, handle);
  try {
    const outcome = await settle(start(handle));
    if (outcome?.$failure?.code === "ABORT_ERR") throw signal.reason;
    return resultOf(outcome);
  } finally {
    release();
  }
}

/** The calls in flight under each signal, which gets one listener however many they are. */
const inFlight = new WeakMap();

function cancelOnAbort(signal, handle) {
  let calls = inFlight.get(signal);
  if (!calls) {
    const handles = new Set();
    const cancel = () => {
      for (const each of handles) core().cancelCall(each);
    };
    calls = { handles, cancel };
    inFlight.set(signal, calls);
    signal.addEventListener("abort", cancel, { once: true });
  }
  calls.handles.add(handle);
  return () => {
    calls.handles.delete(handle);
    if (calls.handles.size > 0) return;
    signal.removeEventListener("abort", calls.cancel);
    inFlight.delete(signal);
  };
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

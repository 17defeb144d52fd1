"use strict";

// Calls the native core: a failure object becomes the error that is thrown, an AbortSignal cancels.

/**
 * @import { FailureObject, Method, NativeCore, Service } from "../types/core.d.ts"
 */

const { cancellationBy } = require("./cancellation.js");
const { Auth0UserSecurityError, errorFrom, writeHeader } = require("./errors.js");
const { own } = require("./own.js");
const { traced } = require("./tracing.js");

/** @type {NativeCore | undefined} */
let loaded;

/**
 * The native core, loaded when it is first needed: importing the package costs next to nothing.
 * @returns {NativeCore}
 */
function core() {
  loaded ??= require("./load.js").load();
  return /** @type {NativeCore} */ (loaded);
}

/**
 * The result of the core, or the error that its failure object describes.
 * @template T
 * @param {T | FailureObject} outcome
 * @returns {T}
 */
function resultOf(outcome) {
  const failure = own(outcome, "$failure");
  // The stack begins where the core was called, not where the error was made.
  if (failure) throw writeHeader(errorFrom(failure), resultOf);
  return /** @type {T} */ (outcome);
}

/**
 * Runs a method of the core, which can be traced and cancelled.
 * @param {Method} method
 * @param {Service} service
 * @param {unknown[]} required the arguments that every form of the method has
 * @param {unknown[]} rest what may follow them; the first object among it is the options
 * @returns {Promise<any>}
 */
function call(method, service, required, ...rest) {
  return traced(method, () => run(method, service, required, rest));
}

/**
 * Rejects at once when the signal fires. A change that has begun is completed by the core nevertheless.
 * @param {Method} method
 * @param {Service} service
 * @param {unknown[]} required
 * @param {unknown[]} rest
 */
async function run(method, service, required, rest) {
  const options = rest.find((given) => typeof given === "object" && given !== null);
  const cancellation = cancellationBy(own(options, "signal"), core());
  const given = [...required, ...rest];
  try {
    const outcome = core()[method](service, given, cancellation?.handle).catch(defect);
    return resultOf(await (cancellation ? Promise.race([outcome, cancellation.fired]) : outcome));
  } finally {
    cancellation?.release();
  }
}

/**
 * The core rejects for defects only, such as a panic.
 * @param {unknown} cause
 * @returns {never}
 */
function defect(cause) {
  throw new Auth0UserSecurityError("The native core failed unexpectedly.", { cause });
}

module.exports = { call, core, resultOf };

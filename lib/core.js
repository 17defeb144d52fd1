"use strict";

// Calls the native core: throws the error that a failure object describes, and forwards aborts.

/**
 * @import { FailureObject, Method, NativeCore, Service } from "../types/core.d.ts"
 */

const { cancellationFor } = require("./cancellation.js");
const { Auth0UserSecurityError, errorFrom, writeHeader } = require("./errors.js");
const { own } = require("./own.js");
const { traced } = require("./tracing.js");

/** @type {NativeCore | undefined} */
let loaded;

/**
 * The native core, loaded when it is first needed, so that importing the package is cheap.
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
  // The stack begins where the core was called, not where the error was created.
  if (failure) throw writeHeader(errorFrom(failure), resultOf);
  return /** @type {T} */ (outcome);
}

/**
 * Runs a method of the core, with tracing and cancellation.
 * @param {Method} method
 * @param {Service} service
 * @param {unknown[]} required the arguments that every form of the method has
 * @param {unknown[]} rest further arguments; the first object among them is the options
 * @returns {Promise<any>}
 */
function call(method, service, required, ...rest) {
  return traced(method, () => run(method, service, required, rest));
}

/**
 * Rejects immediately when the signal fires; the core still completes a change that has begun.
 * @param {Method} method
 * @param {Service} service
 * @param {unknown[]} required
 * @param {unknown[]} rest
 */
async function run(method, service, required, rest) {
  const options = rest.find((given) => typeof given === "object" && given !== null);
  const cancellation = cancellationFor(own(options, "signal"), core());
  const given = [...required, ...rest];
  try {
    const outcome = core()[method](service, given, cancellation?.handle).catch(throwBug);
    return resultOf(await (cancellation ? Promise.race([outcome, cancellation.fired]) : outcome));
  } finally {
    cancellation?.release();
  }
}

/**
 * The core rejects only because of a bug, such as a panic.
 * @param {unknown} cause
 * @returns {never}
 */
function throwBug(cause) {
  throw new Auth0UserSecurityError("The native core failed unexpectedly.", { cause });
}

module.exports = { call, core, resultOf };

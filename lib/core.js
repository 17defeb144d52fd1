"use strict";

// The native core, and the two forms of what it returns.

/** @import { FailureObject, NativeCore } from "../types/core.d.ts" */

const { errorFrom, writeHeader } = require("./errors.js");
const { own } = require("./own.js");

/** @type {NativeCore | undefined} */
let loaded;

/**
 * The native core, loaded when it is first needed.
 * @returns {NativeCore}
 */
function core() {
  loaded ??= require("./load.js").load();
  return /** @type {NativeCore} */ (loaded);
}

/** @param {unknown} outcome */
const isFailure = (outcome) => own(outcome, "$failure") !== undefined;

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

module.exports = { core, isFailure, resultOf };

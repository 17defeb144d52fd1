"use strict";

// Loads the native core, and rejects what would otherwise fail later without an explanation.

const { version } = require("../package.json");
const { truncatedAddon } = require("./addon-file.js");
const { loadError } = require("./node-version.js");
const { explainTruncation, explainFailure, explainVersion } = require("./load-failure.js");

/** @import { NativeCore } from "../types/core.d.ts" */

/** @returns {NativeCore} */
function load() {
  const truncated = truncatedAddon();
  if (truncated) throw loadError(explainTruncation(truncated));
  const native = loaded();
  if (native.VERSION !== version) throw loadError(explainVersion(native.VERSION, version));
  return native;
}

/** @returns {NativeCore} */
function loaded() {
  try {
    return require("../native.js");
  } catch (cause) {
    throw loadError(explainFailure(/** @type {Error} */ (cause), version), cause);
  }
}

module.exports = { load };

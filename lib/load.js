"use strict";

// Loads the native core, and refuses what could only fail later, without saying why.

const { version } = require("../package.json");
const { cutOffAddon } = require("./addon-file.js");
const { loadError } = require("./node-version.js");
const { explainCutOff, explainFailure, explainVersion } = require("./load-failure.js");

/** @import { NativeCore } from "../types/core.d.ts" */

/** @returns {NativeCore} */
function load() {
  const cutOff = cutOffAddon();
  if (cutOff) throw loadError(explainCutOff(cutOff));
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

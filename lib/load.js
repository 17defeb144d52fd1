"use strict";

// Loads the native core, and refuses what could only fail later or tell nothing about its cause.

const { version } = require("../package.json");
const { cutOffAddon } = require("./addon-file.js");
const { loadError } = require("./node-version.js");
const { explainCutOff, explainFailure, explainVersion } = require("./load-failure.js");

function load() {
  const cutOff = cutOffAddon();
  if (cutOff) throw loadError(explainCutOff(cutOff));
  const native = loaded();
  if (native.VERSION !== version) throw loadError(explainVersion(native.VERSION, version));
  return native;
}

function loaded() {
  try {
    return require("../native.js");
  } catch (cause) {
    throw loadError(explainFailure(cause, version), cause);
  }
}

module.exports = { load };

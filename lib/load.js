"use strict";

// Loads the native core, and refuses what could only fail later or tell nothing about its cause.

const { engines, version } = require("../package.json");
const { cutOffAddon } = require("./addon-file.js");
const { Auth0UserSecurityError } = require("./errors.js");
const { explainCutOff, explainFailure, explainVersion } = require("./load-failure.js");

/** Refuses a Node.js that is too old before anything is loaded that it may not understand. */
function requireNode() {
  const found = process.versions.node;
  const wanted = engines.node.replace(">=", "");
  const [have, need] = [found, wanted].map((text) => text.split(".").map(Number));
  if (have[0] > need[0] || (have[0] === need[0] && have[1] >= need[1])) return;
  throw failure(
    `@archie/auth0-user-security needs Node.js ${wanted} or newer, but this is ${found}. Get it from https://nodejs.org.`,
  );
}

function load() {
  const cutOff = cutOffAddon();
  if (cutOff) throw failure(explainCutOff(cutOff));
  const native = loaded();
  if (native.VERSION !== version) throw failure(explainVersion(native.VERSION, version));
  return native;
}

function loaded() {
  try {
    return require("../native.js");
  } catch (cause) {
    throw failure(explainFailure(cause, version), cause);
  }
}

function failure(message, cause) {
  return new Auth0UserSecurityError(message, { code: "ERR_NATIVE_ADDON", cause });
}

module.exports = { load, requireNode };

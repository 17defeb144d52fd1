"use strict";

// Loads the native core, and refuses what could only fail later or tell nothing about its cause.

const { engines, version } = require("../package.json");
const { cutOffAddon } = require("./addon-file.js");
const { Auth0UserSecurityError } = require("./errors.js");
const { explainCutOff, explainFailure, explainVersion } = require("./load-failure.js");

/** Refuses a Node.js that is too old, such as one without process.getBuiltinModule, before anything else is loaded. */
function requireNode() {
  const found = process.versions.node;
  const [major, minor] = found.split(".").map(Number);
  const wanted = engines.node.match(/\d+\.\d+/g);
  const lines = wanted.map((text) => text.split(".").map(Number));
  const line = lines.find(([number]) => number === major);
  if (line ? minor >= line[1] : major > lines.at(-1)[0]) return;
  throw failure(
    `@archie/auth0-user-security needs Node.js ${wanted.join(", ")} or newer, but this is ${found}. Get it from https://nodejs.org.`,
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

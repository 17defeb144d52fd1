"use strict";

// Rejects a Node.js that is too old, at import and before anything else is loaded.

const { engines } = require("../package.json");
const { Auth0UserSecurityError } = require("./errors.js");

/** Throws on a Node.js below `engines`, such as one without process.getBuiltinModule. */
function requireNode() {
  const found = process.versions.node;
  const wanted = engines.node.match(/\d+\.\d+/g) ?? [];
  const lines = wanted.map(versionOf);
  const { major, minor } = versionOf(found);
  const line = lines.find((line) => line.major === major);
  if (line ? minor >= line.minor : lines.every((line) => major > line.major)) return;
  throw loadError(
    `@archie/auth0-user-security needs Node.js ${wanted.join(", ")} or newer, but this is ${found}. Get it from https://nodejs.org.`,
  );
}

/** @param {string} text */
function versionOf(text) {
  const [major = 0, minor = 0] = text.split(".").map(Number);
  return { major, minor };
}

/**
 * The error for an environment in which the package cannot work.
 * @param {string} message
 * @param {unknown} [cause]
 */
function loadError(message, cause) {
  return new Auth0UserSecurityError(message, { code: "ERR_NATIVE_ADDON", cause });
}

module.exports = { loadError, requireNode };

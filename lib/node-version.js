"use strict";

// Refuses a Node.js that is too old, at import and before anything else is loaded.

const { engines } = require("../package.json");
const { Auth0UserSecurityError } = require("./errors.js");

/** One without process.getBuiltinModule, for example. */
function requireNode() {
  const found = process.versions.node;
  const [major, minor] = found.split(".").map(Number);
  const wanted = engines.node.match(/\d+\.\d+/g);
  const lines = wanted.map((text) => text.split(".").map(Number));
  const line = lines.find(([number]) => number === major);
  if (line ? minor >= line[1] : major > lines.at(-1)[0]) return;
  throw loadError(
    `@archie/auth0-user-security needs Node.js ${wanted.join(", ")} or newer, but this is ${found}. Get it from https://nodejs.org.`,
  );
}

/** The error of a package that cannot work here. */
function loadError(message, cause) {
  return new Auth0UserSecurityError(message, { code: "ERR_NATIVE_ADDON", cause });
}

module.exports = { loadError, requireNode };

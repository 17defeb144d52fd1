"use strict";

// The entry for `require`: the same modules as for `import`, loaded by Node.js itself.
//
// Jest runs each test file in a context of its own, with its own `require` and `process`, and cannot load
// ES modules there without a flag. The core module `vm` leads to the context of Node.js.

const { runInThisContext } = require("node:vm");

const main = runInThisContext("process");

module.exports = load();

function load() {
  // Missing before Node.js 20.16.
  if (!main.getBuiltinModule) throw refusal();
  const { createRequire } = main.getBuiltinModule("node:module");
  try {
    return createRequire(__filename)("./index.js");
  } catch (cause) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (cause);
    if (code !== "ERR_REQUIRE_ESM") throw cause;
    throw refusal(cause);
  }
}

/** @param {unknown} [cause] */
function refusal(cause) {
  const wanted = "Node.js 20.19, 22.12 or newer, without --no-experimental-require-module";
  return new Error(
    `require("@archie/auth0-tenant-emulator") needs ${wanted}, but this is ${main.versions.node}. ` +
      "Get it from https://nodejs.org, or use import, which works from Node.js 20.19 on.",
    cause === undefined ? undefined : { cause },
  );
}

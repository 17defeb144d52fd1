"use strict";

// The entry for `require`: the same modules as for `import`, loaded by Node.js itself.
//
// Jest runs each test file in a context of its own, with its own `require` and `process`, and cannot load
// ES modules there without a flag. The core module `vm` leads to the context of Node.js.

const { runInThisContext } = require("node:vm");

const { createRequire } = runInThisContext("process").getBuiltinModule("node:module");

module.exports = load();

function load() {
  try {
    return createRequire(__filename)("./index.js");
  } catch (cause) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (cause);
    if (code !== "ERR_REQUIRE_ESM") throw cause;
    const text = "needs Node.js 20.19, 22.12 or newer; older ones can only import it";
    throw new Error(`require("@archie/auth0-tenant-emulator") ${text}`, { cause });
  }
}

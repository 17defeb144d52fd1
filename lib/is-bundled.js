"use strict";

/** Bundlers move this code into a file of another name, or give it a name that is not a file. */
exports.isBundled = () =>
  typeof __filename !== "string" ||
  !__filename.endsWith("is-bundled.js") ||
  !process.getBuiltinModule("node:path").isAbsolute(__filename) ||
  !process.getBuiltinModule("node:fs").existsSync(__filename);

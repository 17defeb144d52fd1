"use strict";

/** A bundler moves this code into a file of another name, or gives it the name of no file at all. */
exports.isBundled = () =>
  typeof __filename !== "string" ||
  !__filename.endsWith("is-bundled.js") ||
  !process.getBuiltinModule("node:path").isAbsolute(__filename) ||
  !process.getBuiltinModule("node:fs").existsSync(__filename);

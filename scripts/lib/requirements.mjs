// Reads the pinned versions of programs from PyPI, in pip's own format.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./process.mjs";

/** @returns {Record<string, string>} the versions by name */
export function requirements(file) {
  const pinned = readFileSync(join(root, file), "utf8").matchAll(/^([\w.-]+)==([^\s;\\]+)/gm);
  return Object.fromEntries([...pinned].map(([, name, version]) => [name, version]));
}

// Files of the repository.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** @param {string} path from the root of the repository */
export function readDocument(path) {
  return readFileSync(join(root, path), "utf8");
}

// The package as it is installed in node_modules.

import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./repository.mjs";

const PARTS = ["package.json", "index.js", "native.js", "lib"];

/** The file name of the addon for this system. */
export const ADDON = readdirSync(root).find((name) => name.endsWith(".node"));

/** An empty directory, removed when the test ends. */
export function directoryOf(t) {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "auth0-user-security-")));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** Copies the package, with its addon by default. Returns its path. */
export function install(directory, { addon = true } = {}) {
  const place = join(directory, "node_modules/@archie/auth0-user-security");
  for (const part of addon ? [...PARTS, ADDON] : PARTS) {
    cpSync(join(root, part), join(place, part), { recursive: true });
  }
  return place;
}

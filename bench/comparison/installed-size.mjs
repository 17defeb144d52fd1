// How much of a disk packages take.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ADDON } from "../../test-support/installed.mjs";
import { root } from "../../test-support/repository.mjs";

const INSTALLED = fileURLToPath(new URL("node_modules", import.meta.url));

export const addonSize = () => statSync(join(root, ADDON)).size;

/** The package's own files and the addon, in bytes; it has no dependencies. */
export function ownSize() {
  const npm = process.env.npm_execpath;
  const [command, ...args] = npm ? [process.execPath, npm] : ["npm"];
  const pack = [...args, "pack", "--dry-run", "--json", "--loglevel=error"];
  const options = { cwd: root, encoding: "utf8", shell: !npm && process.platform === "win32" };
  const [{ unpackedSize }] = JSON.parse(execFileSync(command, pack, options));
  return unpackedSize + addonSize();
}

/** Packages with all their dependencies, in bytes. */
export function sizeWithDependencies(names) {
  const found = new Set();
  const visit = (name, parent = INSTALLED) => {
    const nested = join(parent, "node_modules", name);
    const directory = existsSync(nested) ? nested : join(INSTALLED, name);
    if (found.has(directory)) return;
    found.add(directory);
    const { dependencies = {} } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
    for (const dependency of Object.keys(dependencies)) visit(dependency, directory);
  };
  for (const name of names) visit(name);
  return [...found].reduce((sum, directory) => sum + sizeOf(directory), 0);
}

/** Nested packages are counted by themselves. */
function sizeOf(directory) {
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries.reduce((sum, entry) => {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (!entry.isDirectory()) return sum + statSync(path).size;
    return entry.name === "node_modules" ? sum : sum + sizeOf(path);
  }, 0);
}

// Installs the packages of a lock file, unless its node_modules already contains exactly them.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, runNpm } from "./process.mjs";
import { withPulse } from "./pulse.mjs";

const CI = [
  "ci",
  "--include=dev",
  "--ignore-scripts",
  "--no-audit",
  "--no-fund",
  "--loglevel=error",
];

/** @param {string} [directory] one with a lock file of its own, such as `scripts/release` */
export function installDependencies(directory = ".") {
  const what = directory === "." ? "Development dependencies" : `Dependencies of ${directory}`;
  if (isInstalled(directory)) return console.log(`${what}: up to date, skipped.`);
  console.log(`${what}: installing …`);
  withPulse(what, () => runNpm(CI, { cwd: join(root, directory) }));
}

/** Folders whose children may have dependencies of their own, which few contributors need. */
const PARENTS = ["bench", "examples", "scripts", "tests"];

/** Every lock file: the project's, and those of the children of these folders with dependencies of their own. */
export function lockfiles() {
  return [
    ".",
    ...PARENTS.flatMap((parent) =>
      readdirSync(join(root, parent)).map((name) => join(parent, name)),
    ),
  ]
    .map((directory) => join(directory, "package-lock.json"))
    .filter((file) => existsSync(join(root, file)));
}

/** npm keeps a lock file of its own in node_modules. */
function isInstalled(directory) {
  const wanted = packagesOf(join(directory, "package-lock.json"));
  const installed = packagesOf(join(directory, "node_modules/.package-lock.json"));
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    const found = installed[path];
    // The project itself is not listed, nor are the packages for other platforms.
    if (!found) return path === "" || entry.optional;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

function packagesOf(lockfile) {
  try {
    return JSON.parse(readFileSync(join(root, lockfile), "utf8")).packages;
  } catch {
    return undefined;
  }
}

// Installs the packages of package-lock.json, unless node_modules holds exactly them.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root, runNpm } from "./process.mjs";

export function installDependencies() {
  if (isInstalled()) return;
  console.log("Installing the development dependencies …");
  runNpm(["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"]);
}

/** npm keeps a lock of its own beside what it installed. */
function isInstalled() {
  const wanted = packagesOf("package-lock.json");
  const installed = packagesOf("node_modules/.package-lock.json");
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

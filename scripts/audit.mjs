// Known vulnerabilities of npm packages: serious ones in published dependencies fail, others are reported.
//
// The addon has no npm dependencies, so the published ones are those of the emulator.

import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { lockfiles } from "./lib/install.mjs";
import { Failure, main, root, withNpm } from "./lib/process.mjs";

const SERIOUS = ["high", "critical"];

main(() => {
  const published = audit(".", ["--omit=dev"]);
  if (!published) {
    return console.log("npm advisories NOT checked: the registry did not return them.");
  }
  report("what is published", published);
  for (const directory of lockfiles().map(dirname)) report(`${directory}, all`, audit(directory));
  const serious = published.filter(({ severity }) => SERIOUS.includes(severity));
  if (serious.length === 0) return;
  const names = serious.map(({ name }) => name).join(", ");
  throw new Failure(`Published dependencies have serious vulnerabilities: ${names}.`);
});

/** The packages with vulnerabilities, or undefined if the registry returned no list. */
function audit(directory, options = []) {
  const args = ["audit", "--json", "--package-lock-only", ...options];
  const { stdout } = withNpm(start, args, { cwd: join(root, directory) });
  const found = parse(stdout)?.vulnerabilities;
  return found && Object.values(found);
}

/** npm exits with the same code for vulnerabilities and for an unreachable registry: only its output differs. */
function start(command, args, options) {
  return spawnSync(command, args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024, ...options });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function report(what, found) {
  if (!found) return console.log(`npm advisories for ${what}: NOT checked.`);
  const list = found.map(({ name, severity }) => `${name} (${severity})`).join(", ");
  console.log(`npm advisories for ${what}: ${list || "none"}.`);
}

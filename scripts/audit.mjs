// Known vulnerabilities of npm packages: a serious one in what is published fails, others are told.
//
// The addon brings no package along, so what is published are the dependencies of the emulator.

import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { lockfiles } from "./lib/install.mjs";
import { Failure, main, root, withNpm } from "./lib/process.mjs";

const SERIOUS = ["high", "critical"];

main(() => {
  const published = audit(".", ["--omit=dev"]);
  if (!published) {
    return console.log("npm advisories NOT checked: the registry does not tell them from here.");
  }
  tell("what is published", published);
  for (const directory of lockfiles().map(dirname)) tell(`${directory}, all`, audit(directory));
  const serious = published.filter(({ severity }) => SERIOUS.includes(severity));
  if (serious.length === 0) return;
  const names = serious.map(({ name }) => name).join(", ");
  throw new Failure(`What is published has serious vulnerabilities: ${names}.`);
});

/** The packages with vulnerabilities, or nothing when the registry does not answer. */
function audit(directory, options = []) {
  const args = ["audit", "--json", "--package-lock-only", ...options];
  const { stdout } = withNpm(start, args, { cwd: join(root, directory) });
  const found = parse(stdout)?.vulnerabilities;
  return found && Object.values(found);
}

/** npm fails for vulnerabilities as it does for a registry that is away; what it prints tells them apart. */
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

function tell(what, found) {
  if (!found) return console.log(`npm advisories for ${what}: NOT checked.`);
  const list = found.map(({ name, severity }) => `${name} (${severity})`).join(", ");
  console.log(`npm advisories for ${what}: ${list || "none"}.`);
}

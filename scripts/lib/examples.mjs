// Installs this package into the examples that are projects of their own.

import { copyFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { installDependencies } from "./install.mjs";
import { root, runNpm } from "./process.mjs";

/** Examples with a package.json of their own, each in its folder. */
export const FRAMEWORKS = ["fleet-bullmq", "nestjs", "next"];

/** A copy instead of a link: bundlers do not treat a linked folder as a package. */
const COPY = [
  "install",
  "--no-save",
  "--install-links",
  "--ignore-scripts",
  "--no-audit",
  "--no-fund",
  "--loglevel=error",
  "../..",
];

/** @param {string} name one of FRAMEWORKS */
export function installInExample(name) {
  const directory = join(root, "examples", name);
  const installed = join(directory, "node_modules/@archie/auth0-user-security");
  installDependencies(join("examples", name));
  // npm keeps an older copy of the same version.
  rmSync(installed, { recursive: true, force: true });
  runNpm(COPY, { cwd: directory });
  // The package does not contain the addon, which is built for each platform.
  for (const file of readdirSync(root).filter((file) => file.endsWith(".node"))) {
    copyFileSync(join(root, file), join(installed, file));
  }
}

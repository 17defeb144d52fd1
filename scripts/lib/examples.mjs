// Brings this package into the examples that are projects of their own.

import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { installDependencies } from "./install.mjs";
import { root, runNpm } from "./process.mjs";

/** Examples with a package.json of their own, each in its folder. */
export const FRAMEWORKS = ["nestjs", "next"];

/** A copy and no link: bundlers do not take a linked folder for a package. */
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
  installDependencies(join("examples", name));
  runNpm(COPY, { cwd: directory });
  // The package leaves out the addon, which is built for each platform.
  const installed = join(directory, "node_modules/@archie/auth0-user-security");
  for (const file of readdirSync(root).filter((file) => file.endsWith(".node"))) {
    copyFileSync(join(root, file), join(installed, file));
  }
}

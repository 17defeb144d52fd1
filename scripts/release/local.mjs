// npm run release:local: builds the packages, publishes them to a local registry, and uses them.

import { installDependencies } from "../lib/install.mjs";
import { main } from "../lib/process.mjs";
import { requireNode, requireRust } from "../lib/toolchain.mjs";

main(async () => {
  requireNode();
  requireRust();
  installDependencies();
  installDependencies("scripts/release");
  // Imports the packages that were just installed.
  const { releaseLocally } = await import("./trial.mjs");
  await releaseLocally();
});

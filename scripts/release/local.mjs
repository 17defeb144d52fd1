// npm run release:local: the packages, from a fresh clone to their use by others.

import { installDependencies } from "../lib/install.mjs";
import { main } from "../lib/process.mjs";
import { requireNode, requireRust } from "../lib/toolchain.mjs";

main(async () => {
  requireNode();
  requireRust();
  installDependencies();
  installDependencies("scripts/release");
  // It needs what was just installed.
  const { releaseLocally } = await import("./trial.mjs");
  await releaseLocally();
});

// npm run build: the native addon, optimised with --release.

import { buildAddon, isAddonFresh } from "./lib/addon.mjs";
import { installDependencies } from "./lib/install.mjs";
import { main } from "./lib/process.mjs";
import { requireNode, requireRust } from "./lib/toolchain.mjs";

main((args) => {
  const profile = args.includes("--release") ? "release" : "dev";
  requireNode();
  requireRust();
  if (isAddonFresh(profile)) return console.log(`The addon is up to date (${profile}).`);
  installDependencies();
  buildAddon(profile);
});

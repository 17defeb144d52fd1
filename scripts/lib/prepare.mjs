// From a fresh clone to a built addon: whatever is missing or stale, and nothing else.

import { buildAddon, isAddonFresh } from "./addon.mjs";
import { installDependencies } from "./install.mjs";
import { requireNode, requireRust } from "./toolchain.mjs";

/** @param {"dev" | "release"} profile */
export function prepare(profile) {
  requireNode();
  const isBuilt = isAddonFresh(profile);
  if (!isBuilt) requireRust();
  installDependencies();
  if (isBuilt) console.log("The native addon is up to date.");
  else buildAddon(profile);
}

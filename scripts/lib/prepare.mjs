// From a fresh clone to a built addon: does only what is missing or stale.

import { buildAddon, isAddonFresh, skipAddon } from "./addon.mjs";
import { installDependencies } from "./install.mjs";
import { requireNode, requireRust } from "./toolchain.mjs";

/** @param {"dev" | "release"} profile */
export function prepare(profile) {
  requireNode();
  const isBuilt = isAddonFresh(profile);
  if (!isBuilt) requireRust();
  installDependencies();
  if (isBuilt) skipAddon();
  else buildAddon(profile);
}

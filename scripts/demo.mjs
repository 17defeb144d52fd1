// npm run demo: whatever the demo needs, and then the demo.

import { buildAddon, isAddonFresh } from "./lib/addon.mjs";
import { installDependencies } from "./lib/install.mjs";
import { main, run } from "./lib/process.mjs";
import { requireNode, requireRust } from "./lib/toolchain.mjs";

main((args) => {
  requireNode();
  const isBuilt = isAddonFresh("dev");
  if (!isBuilt) requireRust();
  installDependencies();
  if (!isBuilt) buildAddon("dev");
  run(process.execPath, ["examples/demo.mjs", ...args]);
});

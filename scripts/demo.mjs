// npm run demo: whatever the demo needs, and then the demo.

import { prepare } from "./lib/prepare.mjs";
import { main, run } from "./lib/process.mjs";

main((args) => {
  prepare("dev");
  run(process.execPath, ["examples/demo.mjs", ...args]);
});

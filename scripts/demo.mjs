// npm run demo: prepares what the demo needs, then runs it.

import { prepare } from "./lib/prepare.mjs";
import { main, run } from "./lib/process.mjs";

main((args) => {
  prepare("dev");
  run(process.execPath, ["examples/demo.mjs", ...args]);
});

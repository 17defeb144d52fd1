// npm run dashboard: prepares what the dashboard needs, then starts it.

import { prepare } from "./lib/prepare.mjs";
import { main, run } from "./lib/process.mjs";

main((args) => {
  prepare("dev");
  run(process.execPath, ["examples/dashboard-app/start.mjs", ...args]);
});

// npm run dashboard: whatever the dashboard needs, and then the dashboard.

import { prepare } from "./lib/prepare.mjs";
import { main, run } from "./lib/process.mjs";

main((args) => {
  prepare("dev");
  run(process.execPath, ["examples/dashboard-app/start.mjs", ...args]);
});

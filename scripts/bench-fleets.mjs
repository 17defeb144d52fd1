// npm run bench:fleets: runs for many users, under Auth0's rate limits and without any.

import { prepare } from "./lib/prepare.mjs";
import { main, run } from "./lib/process.mjs";
import { buildResponder } from "./lib/responder.mjs";
import { requireRust } from "./lib/toolchain.mjs";

main((args) => {
  requireRust();
  prepare("release");
  buildResponder();
  run(process.execPath, ["bench/fleets.mjs", ...args]);
});

// npm run bench: what the package costs, compared with Auth0's SDK and with HTTP clients that do the same work.
//
//   npm run bench                 everything, in a quarter of an hour; writes docs/benchmarks.md and its chart
//   npm run bench -- quick        64 calls at a time against undici's Pool, in half a minute
//   npm run bench -- start        another part alone; an unknown name lists them all

import { installDependencies } from "./lib/install.mjs";
import { prepare } from "./lib/prepare.mjs";
import { main, run } from "./lib/process.mjs";
import { buildResponder } from "./lib/responder.mjs";
import { requireRust } from "./lib/toolchain.mjs";

main((args) => {
  requireRust();
  prepare("release");
  installDependencies("bench/comparison");
  buildResponder();
  run(process.execPath, ["bench/comparison/main.mjs", ...args]);
});

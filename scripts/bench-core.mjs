// npm run bench:core: measures the time of each case of bench/core.
//
//   npm run bench:core            all cases
//   npm run bench:core -- decode  those whose name contains "decode"

import { main, run } from "./lib/process.mjs";
import { hostTriple, requireRust } from "./lib/toolchain.mjs";

const BENCH = ["bench", "--locked", "--package=auth0-user-security-bench", "--target"];

main((args) => {
  requireRust();
  run("cargo", [...BENCH, hostTriple(), "--", ...args]);
});

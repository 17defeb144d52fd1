// The test files of Node's runner, in steps by what they need installed.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { ensureAddon } from "./addon.mjs";
import { FRAMEWORKS, installInExample } from "./examples.mjs";
import { installDependencies } from "./install.mjs";
import { root, run, runNpm } from "./process.mjs";

/** The folders with test files, by what needs to be installed for them. */
export const TEST_FOLDERS = {
  node: ["tests/node"],
  scripts: ["bench/comparison", "scripts", "scripts/docs", "scripts/lib", "scripts/repository"],
  frameworks: ["tests/frameworks"],
  packages: ["scripts/release"],
  runtimes: ["tests/runtimes"],
};
const REPORTER = new URL("tally-reporter.mjs", import.meta.url).href;

/** @typedef {import("./tally.mjs").Tally} Tally */

/** @param {Tally} tally */
export function nodeTests(tally) {
  runTests(tally, testFiles("node"));
}

/** @param {Tally} tally */
export function scriptTests(tally) {
  runTests(tally, testFiles("scripts"));
}

/** @param {Tally} tally */
export function emulatorTests(tally) {
  runTests(tally, filesIn("emulator/test", ".test.js"));
}

/** @param {Tally} tally */
export function cliTests(tally) {
  runTests(tally, filesIn("cli/test", ".test.js"));
}

/**
 * Frameworks are large, so they are installed only where they are tested.
 * @param {Tally} tally
 */
export function frameworkTests(tally) {
  ensureAddon();
  for (const name of FRAMEWORKS) installInExample(name);
  runNpm(["run", "build"], { cwd: join(root, "examples/nestjs") });
  runTests(tally, ["examples/nestjs/dist/sessions.test.js", ...testFiles("frameworks")]);
}

/**
 * Other versions of Node.js, Bun, Deno and bundlers, one test file after the other: each starts many programs.
 * @param {Tally} tally
 */
export function runtimeTests(tally) {
  runWithDependencies(tally, "runtimes", ["--test-concurrency=1", hangsAfter(300)]);
}

/**
 * The packages as they are published.
 * @param {Tally} tally
 */
export function packageTests(tally) {
  runWithDependencies(tally, "packages");
}

function runWithDependencies(tally, kind, options) {
  ensureAddon();
  for (const folder of TEST_FOLDERS[kind]) installDependencies(folder);
  runTests(tally, testFiles(kind), options);
}

function testFiles(kind) {
  return TEST_FOLDERS[kind].flatMap((folder) => filesIn(folder, ".test.mjs"));
}

/** These take longest, so they begin first: begun last, each would run alone while other cores are idle. */
export const LONGEST = [
  "fault-matrix",
  "users-export",
  "dashboard-accessibility",
  "dashboard-page",
];

function filesIn(directory, ending) {
  const files = readdirSync(join(root, directory)).filter((file) => file.endsWith(ending));
  const isLong = (file) => LONGEST.includes(file.slice(0, -ending.length));
  const [long, short] = [files.filter(isLong), files.filter((file) => !isLong(file))];
  return [...long.sort(), ...short.sort()].map((file) => join(directory, file));
}

/** A file that hangs fails instead of holding up everything. The limit is for a whole file, not for each of its tests. */
const hangsAfter = (seconds) => `--test-timeout=${seconds * 1000}`;

/** A test file for each core. By default Node.js leaves one idle, so that two cores run one file at a time. */
const CONCURRENCY = `--test-concurrency=${availableParallelism()}`;

function runTests(tally, files, options = []) {
  const directory = mkdtempSync(join(tmpdir(), "tally-"));
  const numbers = join(directory, "numbers.json");
  const common = [
    ...[CONCURRENCY, hangsAfter(120)],
    ...["--test-reporter=spec", "--test-reporter-destination=stdout"],
    ...[`--test-reporter=${REPORTER}`, `--test-reporter-destination=${numbers}`],
  ];
  try {
    run(process.execPath, ["--test", ...common, ...options, ...files]);
    tally.add(JSON.parse(readFileSync(numbers, "utf8")));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

// The test files of Node's runner, in steps by what they need installed.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { ensureAddon } from "./addon.mjs";
import { FRAMEWORKS, installInExample } from "./examples.mjs";
import { installDependencies } from "./install.mjs";
import { root, run, runNpm } from "./process.mjs";

/** The folders with test files, by what needs to be installed for them. */
export const TEST_FOLDERS = {
  node: [
    ...["tests/node", "emulator/test", "cli/test"],
    ...["bench/comparison", "scripts", "scripts/docs", "scripts/lib", "scripts/repository"],
  ],
  packages: ["scripts/release"],
  frameworks: ["tests/frameworks"],
  runtimes: ["tests/runtimes"],
};
/** Those with dependencies of their own. */
const PROJECTS = ["scripts/release", "tests/runtimes"];
const TEST_FILE = /\.test\.m?js$/;
/** A test of the example, in TypeScript. */
const NESTJS_TEST = "examples/nestjs/dist/sessions.test.js";
const REPORTER = new URL("tally-reporter.mjs", import.meta.url).href;

/** @typedef {import("./tally.mjs").Tally} Tally */
/** @typedef {keyof typeof TEST_FOLDERS} Kind */

/**
 * Frameworks, runtimes and bundlers are large, so they are installed only where they are tested.
 * @param {Kind[]} kinds
 */
export function prepareTests(kinds) {
  ensureAddon();
  const folders = foldersOf(kinds).filter((folder) => PROJECTS.includes(folder));
  for (const folder of folders) installDependencies(folder);
  if (!kinds.includes("frameworks")) return;
  for (const name of FRAMEWORKS) installInExample(name);
  runNpm(["run", "build"], { cwd: join(root, "examples/nestjs") });
}

/**
 * All at once, so that a file that waits keeps no core idle.
 * @param {Kind[]} kinds
 * @param {Tally} tally
 */
export function runTestFiles(kinds, tally) {
  const files = foldersOf(kinds).flatMap(filesIn);
  if (kinds.includes("frameworks")) files.push(NESTJS_TEST);
  runTests(tally, longestFirst(files));
}

const foldersOf = (kinds) => kinds.flatMap((kind) => TEST_FOLDERS[kind]);

/** These take longest, so they begin first: begun last, each would run alone while other cores are idle. */
export const LONGEST = [
  ...[
    "memory.test.mjs",
    "fault-matrix.test.mjs",
    "dashboard-page.test.mjs",
    "dashboard-accessibility.test.mjs",
  ],
  ...["report-accessibility.test.js", "intermediaries.test.mjs", "users-export.test.mjs"],
  ...["pacing.test.mjs", "report-page.test.js", "shared-budget.test.mjs"],
];

function longestFirst(files) {
  const isLong = (file) => LONGEST.includes(basename(file));
  return [...files.filter(isLong), ...files.filter((file) => !isLong(file))];
}

const filesIn = (directory) =>
  readdirSync(join(root, directory))
    .filter((name) => TEST_FILE.test(name))
    .map((name) => `${directory}/${name}`);

/** A file that hangs fails instead of holding up everything. The limit is for a whole file, not for each of its tests. */
const TIMEOUT = "--test-timeout=300000";

/** One test file more than there are cores, because most of them also wait. */
const CONCURRENCY = `--test-concurrency=${availableParallelism() + 1}`;

function runTests(tally, files) {
  const directory = mkdtempSync(join(tmpdir(), "tally-"));
  const numbers = join(directory, "numbers.json");
  const common = [
    ...[CONCURRENCY, TIMEOUT],
    ...["--test-reporter=spec", "--test-reporter-destination=stdout"],
    ...[`--test-reporter=${REPORTER}`, `--test-reporter-destination=${numbers}`],
  ];
  try {
    run(process.execPath, ["--test", ...common, ...files]);
    tally.add(JSON.parse(readFileSync(numbers, "utf8")));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

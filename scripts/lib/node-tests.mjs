// The test files of Node's runner, by what they need installed.

import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { ensureAddon } from "./addon.mjs";
import { FRAMEWORKS, installInExample } from "./examples.mjs";
import { installDependencies } from "./install.mjs";
import { root, runNpm } from "./process.mjs";
import { runTests } from "./run-tests.mjs";

/** The folders with test files, by what needs to be installed for them. */
export const TEST_FOLDERS = {
  node: [
    "tests/node",
    "emulator/test",
    "cli/test",
    "bench/comparison",
    "scripts",
    "scripts/docs",
    "scripts/lib",
    "scripts/repository",
  ],
  packages: ["scripts/release"],
  frameworks: ["tests/frameworks"],
  runtimes: ["tests/runtimes"],
};
/** Folders whose tests need the dependencies of a lock file beside them. */
const PROJECTS = ["scripts/release", "tests/runtimes"];
const TEST_FILE = /\.test\.m?js$/;
/** A test of the example, compiled from TypeScript. */
const NESTJS_TEST = "examples/nestjs/dist/sessions.test.js";

/** @typedef {import("./tally.mjs").Tally} Tally */
/** @typedef {keyof typeof TEST_FOLDERS} Kind */

/**
 * Frameworks, runtimes and bundlers are large, so they are installed only where they are tested.
 * @param {Kind[]} kinds
 */
export function prepareTests(kinds) {
  ensureAddon();
  for (const folder of PROJECTS.filter((folder) => foldersOf(kinds).includes(folder))) {
    installDependencies(folder);
  }
  if (!kinds.includes("frameworks")) return;
  for (const name of FRAMEWORKS) installInExample(name);
  runNpm(["run", "build"], { cwd: join(root, "examples/nestjs") });
}

/**
 * All of these kinds in one go, so that a file that waits keeps no core idle.
 * @param {Kind[]} kinds
 * @param {Tally} tally
 */
export async function runTestFiles(kinds, tally) {
  const files = foldersOf(kinds).flatMap(filesIn);
  if (kinds.includes("frameworks")) files.push(join(root, NESTJS_TEST));
  await runTests(inOrder(files), tally);
}

const foldersOf = (kinds) => kinds.flatMap((kind) => TEST_FOLDERS[kind]);

/** These take longest, so they begin first: begun last, each would run alone while other cores are idle. */
export const LONGEST = [
  "fault-matrix.test.mjs",
  "dashboard-page.test.mjs",
  "dashboard-accessibility.test.mjs",
  "memory.test.mjs",
  "bundlers.test.mjs",
  "next.test.mjs",
];

/** These mostly wait, so they begin at different times: together they would leave cores idle. */
export const WAITING = [
  "shared-budget.test.mjs",
  "users-export.test.mjs",
  "pacing.test.mjs",
  "shared-state-outages.test.mjs",
  "revocation-proofs.test.mjs",
  "fleet-faults.test.mjs",
];

/**
 * The longest first, and those that wait spread over the others.
 * @param {string[]} files
 */
export function inOrder(files) {
  const named = (names) => names.flatMap((name) => files.filter((file) => basename(file) === name));
  const [longest, waiting] = [named(LONGEST), named(WAITING)];
  const others = files.filter((file) => !longest.includes(file) && !waiting.includes(file));
  const distance = Math.floor(others.length / waiting.length) + 1;
  for (const [index, file] of waiting.entries()) others.splice(index * distance, 0, file);
  return [...longest, ...others];
}

const filesIn = (directory) =>
  readdirSync(join(root, directory))
    .filter((name) => TEST_FILE.test(name))
    .map((name) => join(root, directory, name));

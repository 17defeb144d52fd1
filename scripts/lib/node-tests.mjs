// The test files of Node's runner, in three steps by what they need installed.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ensureAddon } from "./addon.mjs";
import { FRAMEWORKS, installInExample } from "./examples.mjs";
import { installDependencies } from "./install.mjs";
import { root, run, runNpm } from "./process.mjs";

const FRAMEWORK_TESTS = join("__test__", "frameworks");

export function nodeTests() {
  const needInstalls = new Set(testFiles(FRAMEWORK_TESTS));
  runTests(testFiles("__test__").filter((file) => !needInstalls.has(file)));
}

/** Frameworks are large: they are installed where they are tested, and nowhere else. */
export function frameworkTests() {
  ensureAddon();
  for (const name of FRAMEWORKS) installInExample(name);
  runNpm(["test"], { cwd: join(root, "examples/nestjs") });
  runTests(testFiles(FRAMEWORK_TESTS));
}

/** Other versions of Node.js, Bun, Deno and bundlers, one test file after the other: each starts many programs. */
export function runtimeTests() {
  runTestsOf("tools/runtimes", ["--test-concurrency=1"]);
}

/** The packages as they are published. */
export function packageTests() {
  runTestsOf("tools/release");
}

function runTestsOf(tools, options) {
  ensureAddon();
  installDependencies(tools);
  const files = readdirSync(join(root, tools)).filter((file) => file.endsWith(".test.mjs"));
  const paths = files.sort().map((file) => join(tools, file));
  runTests(paths, options);
}

function testFiles(directory) {
  return readdirSync(join(root, directory), { recursive: true })
    .filter((file) => file.endsWith(".test.mjs"))
    .sort()
    .map((file) => join(directory, file));
}

function runTests(files, options = []) {
  // A test that hangs fails instead of holding up everything.
  const all = ["--test", "--test-reporter=spec", "--test-timeout=120000", ...options, ...files];
  run(process.execPath, all);
}

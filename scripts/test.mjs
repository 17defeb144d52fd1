// npm test: every check, the quick ones first. `npm test -- rust types` runs only these groups.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkDocumentLinks, checkReferenceLinks, writeReference } from "./docs/reference.mjs";
import { checkWorkedExample } from "./docs/worked-example.mjs";
import { ensureAddon, GENERATED, TEST_FEATURE, testEnv } from "./lib/addon.mjs";
import { installDependencies } from "./lib/install.mjs";
import { prepareTests, runTestFiles, TEST_FOLDERS } from "./lib/node-tests.mjs";
import { Failure, main, outputOf, root, run, runAndRead, runTool } from "./lib/process.mjs";
import { runSteps } from "./lib/steps.mjs";
import { talliedCargo } from "./lib/tally.mjs";
import { hostTriple, requireNode, requireRust } from "./lib/toolchain.mjs";
import { checkTypes } from "./lib/type-tests.mjs";

const STEPS = [
  { group: "lint", name: "Biome", check: biome },
  { group: "rust", name: "rustfmt", check: () => run("cargo", ["fmt", "--all", "--check"]) },
  { group: "rust", name: "Clippy", check: clippy },
  { group: "rust", name: "Worked example of CONTRIBUTING", check: checkWorkedExample },
  { group: "node", name: "Native addon", check: ensureAddon },
  { group: "rust", name: "Rust tests", check: rustTests },
  { group: "rust", name: "Valgrind", check: valgrind },
  { group: "node", name: "Generated files are committed", check: generatedFiles },
  { group: "types", name: "Type tests", check: types },
  { group: "docs", name: "API reference", check: reference },
  { group: "docs", name: "Links of the documents", check: checkDocumentLinks },
];

const KINDS = Object.keys(TEST_FOLDERS);

const VALGRIND =
  "valgrind --quiet --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite --error-exitcode=1";

main(async (groups) => {
  const known = new Set([...STEPS.map((step) => step.group), ...KINDS]);
  const unknown = groups.find((group) => !known.has(group));
  if (unknown)
    throw new Failure(`No checks are called ${unknown}, only: ${[...known].join(", ")}.`);
  const isWanted = (group) => groups.length === 0 || groups.includes(group);

  requireNode();
  // Every kind of test file needs the addon.
  if (["rust", ...KINDS].some(isWanted)) {
    requireRust({ forChecks: isWanted("rust") });
  }
  installDependencies();
  await runSteps([
    ...STEPS.filter((step) => isWanted(step.group)),
    ...stepsOf(KINDS.filter(isWanted)),
  ]);
});

/**
 * All test files run in one go: with a step for each group, cores would be idle at the end of each. So a dependency that
 * cannot be installed fails before any of them, and `npm test -- node` needs none.
 */
function stepsOf(kinds) {
  if (kinds.length === 0) return [];
  return [
    { name: "Dependencies of tests", check: () => prepareTests(kinds) },
    { name: `Tests: ${kinds.join(", ")}`, check: (tally) => runTestFiles(kinds, tally) },
  ];
}

function biome() {
  runTool("@biomejs/biome", "biome", ["check", "--error-on-warnings"]);
}

function clippy() {
  const target = ["--locked", "--target", hostTriple()];
  run("cargo", ["clippy", ...target, "--workspace", "--all-targets", "--", "-D", "warnings"]);
}

/** After the addon, whose build compiles the core for both. */
function rustTests(tally) {
  ensureAddon();
  tally.add(cargoTest([]));
}

/** Compiler output is shown at once, results when all tests have ended. */
function cargoTest(args, env) {
  const common = ["test", "--locked", "--target", hostTriple(), "--features", TEST_FEATURE];
  const options = { env: { ...testEnv(), ...env } };
  return talliedCargo(runAndRead("cargo", [...common, ...args], options));
}

/** Whole calls over real connections leak no memory. */
function valgrind(tally) {
  if (!outputOf("valgrind", ["--version"])) {
    if (process.env.CI === "true") throw new Failure("valgrind is missing, which CI must have.");
    return tally.skipStep("valgrind is not installed: install it to look for leaks");
  }
  const runner = `CARGO_TARGET_${hostTriple().toUpperCase().replaceAll("-", "_")}_RUNNER`;
  const args = ["--test", "rust", "--", "hostile_server::", "--test-threads=1"];
  const { passed } = cargoTest(args, { [runner]: VALGRIND });
  if (passed === 0) throw new Failure("Valgrind ran no test.");
}

/** The build has just written them: a difference from the committed files was not committed. */
function generatedFiles(tally) {
  if (!existsSync(join(root, ".git"))) {
    return tally.skipStep("this is not a git checkout: clone the repository");
  }
  const status = outputOf("git", ["status", "--porcelain", "--", ...GENERATED]);
  if (status === undefined) throw new Failure("git status failed.");
  // The second column is the difference from the index, so staging a change is enough.
  if (/^.\S/m.test(status)) {
    run("git", ["--no-pager", "diff", "--", ...GENERATED]);
    throw new Failure(`The build changed ${GENERATED.join(" or ")}: review and commit it.`);
  }
}

function types() {
  checkTypes();
  runTool("typescript", "tsc", ["--project", "emulator/tsconfig.json"]);
  runTool("typescript", "tsc", ["--project", "cli/tsconfig.json"]);
  runTool("typescript", "tsc", ["--project", "types/tsconfig.lib.json"]);
}

/** Installs its packages on demand, since few contributors need them. */
function reference() {
  writeReference();
  checkReferenceLinks();
}

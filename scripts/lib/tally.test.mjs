// `npm test` ends with a summary of what it did not check.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Tally, talliedCargo } from "./tally.mjs";

const reporter = new URL("tally-reporter.mjs", import.meta.url).href;
const summaryOf = (tally) => tally.summary(3, "1.0 s").join("\n");

test("if nothing is skipped, everything has passed", () => {
  const tally = new Tally();
  tally.add({ passed: 2, skipped: {} });
  tally.add({ passed: 3, skipped: {} });
  assert.equal(summaryOf(tally), "✓ 3 steps in 1.0 s; 5 tests passed, none was skipped.");
});

test("skipped tests and steps are listed by reason", () => {
  const tally = new Tally();
  tally.add({ passed: 2, skipped: { "no browser: install one": 2, "no Redis": 1 } });
  tally.add({ passed: 1, skipped: { "no browser: install one": 3 } });
  tally.skipStep("no valgrind");
  assert.equal(
    summaryOf(tally),
    [
      "✓ 2 of 3 steps in 1.0 s; 3 tests passed, 6 were skipped:",
      "  5 tests: no browser: install one",
      "  1 test: no Redis",
      "  1 step: no valgrind",
    ].join("\n"),
  );
});

test("the results of cargo are added up, and ignored tests keep their reason", () => {
  const output = [
    "test a ... ok",
    "test b ... ignored, needs hosts",
    "test c ... ignored",
    "test d ... ignored, started by the test above",
    "Skipped: no namespace",
    "test e ... ok",
    "test result: ok. 2 passed; 0 failed; 3 ignored; 0 measured; 0 filtered out; finished in 0.07s",
    "test result: ok. 46 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1s",
  ].join("\n");
  assert.deepEqual(talliedCargo(output), {
    passed: 47,
    skipped: { "needs hosts": 1, "no reason is given": 1, "no namespace": 1 },
  });
});

test("the reporter counts tests, not suites, and keeps every reason", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "tally-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "some.test.mjs");
  writeFileSync(
    file,
    `import { describe, test } from "node:test";
    test("passes", () => {});
    describe("suite", () => { test("in it", () => {}); });
    test("with subtests", async (t) => { await t.test("one", () => {}); });
    test("skipped", { skip: "no browser" }, () => {});
    test("skipped as well", (t) => t.skip("no browser"));
    test("skipped for no reason", { skip: true }, () => {});`,
  );
  const args = ["--test", `--test-reporter=${reporter}`, file];
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const numbers = JSON.parse(execFileSync(process.execPath, args, { env, encoding: "utf8" }));
  assert.deepEqual(numbers, {
    passed: 4,
    skipped: { "no browser": 2, "no reason is given": 1 },
  });
});

test("a run with skipped tests says so in its last lines", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "steps-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const steps = new URL("steps.mjs", import.meta.url).href;
  const program = `
    import { runSteps } from ${JSON.stringify(steps)};
    await runSteps([
      { name: "first", check: (tally) => tally.add({ passed: 7, skipped: {} }) },
      { name: "second", check: (tally) => tally.skipStep("no valgrind: install it") },
    ]);`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: directory,
    encoding: "utf8",
  });
  assert.match(stdout, /^✓ first: /m);
  assert.doesNotMatch(stdout, /✓ second|✓ All/);
  const [summary, skip] = stdout.trimEnd().split("\n").slice(-2);
  assert.match(summary, /^✓ 1 of 2 steps in .*; 7 tests passed, 0 were skipped:$/);
  assert.equal(skip, "  1 step: no valgrind: install it");
});

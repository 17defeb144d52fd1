// `npm test` ends with a summary of what it did not check.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { Tally, talliedCargo } from "./tally.mjs";

const summaryOf = (tally) => tally.summary(3, "1.0 s").join("\n");

test("if nothing is skipped, everything has passed", () => {
  const tally = new Tally();
  tally.add({ passed: 2, skipped: {} });
  tally.add({ passed: 3, skipped: {} });
  assert.equal(summaryOf(tally), "✓ 3 steps in 1.0 s; 5 tests passed, none was skipped.");
  const [single] = tally.summary(1, "1.0 s");
  assert.equal(single, "✓ 1 step in 1.0 s; 5 tests passed, none was skipped.");
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

test("tests are counted, not suites, and every reason is kept; files run in the given order", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "tally-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const files = ["b.test.mjs", "a.test.mjs"].map((name) => join(directory, name));
  writeFileSync(
    files[0],
    `import { describe, test } from "node:test";
    test("passes", () => {});
    describe("suite", () => { test("in it", () => {}); });
    test("with subtests", async (t) => { await t.test("one", () => {}); });
    test("skipped", { skip: "no browser" }, () => {});
    test("skipped as well", (t) => t.skip("no browser"));
    test("skipped for no reason", { skip: true }, () => {});`,
  );
  writeFileSync(files[1], 'import { test } from "node:test"; test("second", () => {});');
  const { status, stdout } = runFiles(files);
  assert.equal(status, 0);
  const skipped = "2 tests: no browser   1 test: no reason is given";
  assert.match(stdout, new RegExp(`5 tests passed, 3 were skipped:   ${skipped}$`, "m"));
  assert.match(stdout, /✔ passes.*✔ second/s);
});

test("a test that fails is shown, and fails the run", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "tally-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "some.test.mjs");
  writeFileSync(
    file,
    'import { test } from "node:test"; test("fails", () => { throw new Error("because"); });',
  );
  const { status, stdout, stderr } = runFiles([file]);
  assert.equal(status, 1);
  assert.match(stdout, /✖ fails/);
  assert.match(stdout, /Error: because/);
  assert.match(stderr, /The tests that failed are listed above\./);
});

/** Runs test files in a process that is not itself a test. */
function runFiles(files) {
  const module = (name) => JSON.stringify(new URL(name, import.meta.url).href);
  const program = `
    import { main } from ${module("process.mjs")};
    import { runTests } from ${module("run-tests.mjs")};
    import { Tally } from ${module("tally.mjs")};
    await main(async () => {
      const tally = new Tally();
      await runTests(${JSON.stringify(files)}, tally);
      console.log(tally.summary(1, "").join(" "));
    });`;
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const script = join(dirname(files[0]), "program.mjs");
  writeFileSync(script, program);
  return spawnSync(process.execPath, [script], { env, encoding: "utf8" });
}

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

// What counts as a regression, and how the message helps.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readDocument } from "../../test-support/repository.mjs";
import { BASELINE, compare } from "./instructions.mjs";

const RENEW = "npm run bench:instructions -- --renew";
const { scripts } = JSON.parse(readDocument("package.json"));

function compared(before, now) {
  return compare({ rust: "1.95.0", instructions: before }, { rust: "1.95.0", instructions: now });
}

test("up to 5 % more passes", () => {
  const { lines, problem } = compared({ "decode a page": 1000 }, { "decode a page": 1050 });
  assert.equal(problem, undefined);
  assert.deepEqual(lines, ["decode a page: 1,050, baseline 1,000 (+5.0 %)"]);
});

test("more than 5 % more fails, with the case, both counts and the command that renews the baseline", () => {
  const { problem } = compared({ seal: 100_000, open: 500 }, { seal: 105_100, open: 500 });
  assert.match(problem, /seal: 105,100, baseline 100,000 \(\+5\.1 %\)/);
  assert.doesNotMatch(problem, /open/);
  assert.ok(problem.endsWith(RENEW));
});

test("more than 5 % less passes, and asks to renew the baseline", () => {
  const { lines, problem } = compared({ seal: 1000 }, { seal: 940 });
  assert.equal(problem, undefined);
  assert.match(lines[0], /\(-6\.0 %\)/);
  assert.ok(lines[1].endsWith(RENEW));
});

test("a case that only one side has fails", () => {
  assert.match(compared({}, { seal: 1000 }).problem, /seal: 1,000, no baseline/);
  assert.match(compared({ seal: 1000 }, {}).problem, /seal: in the baseline only/);
});

test("a baseline of another Rust fails, whatever it contains", () => {
  const counts = { instructions: { seal: 1000 } };
  const { problem } = compare({ rust: "1.94.1", ...counts }, { rust: "1.95.0", ...counts });
  assert.match(problem, /is for Rust 1\.94\.1, and CI has 1\.95\.0/);
  assert.ok(problem.endsWith(RENEW));
});

test("the committed baseline is for the Rust of CI", () => {
  const { rust } = JSON.parse(readDocument(BASELINE));
  assert.equal(rust, readDocument(".ci/rust-version").trim(), `run ${RENEW}`);
});

test("CI counts after the release build, whose artifacts it reuses, and the command exists", () => {
  const [before, after] = readDocument(".ci/run").split("npm run bench:instructions\n");
  assert.ok(before.includes("npm run release:local\n"));
  assert.notEqual(after, undefined);
  assert.equal(scripts["bench:instructions"], "node scripts/instructions.mjs");
});

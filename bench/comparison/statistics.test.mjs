// Medians, percentiles, ratios, and figures as text.

import assert from "node:assert/strict";
import { test } from "node:test";
import { coresIn, pinned } from "./cores.mjs";
import { median, percentile, ratio } from "./statistics.mjs";
import { percent, shown, table, times } from "./tables.mjs";

test("the median is the middle value, or between the two middle ones", () => {
  assert.equal(median([30, 1, 2]), 2);
  assert.equal(median([4, 1, 30, 2]), 3);
});

test("a percentile is a value that was measured", () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  assert.equal(percentile(values, 0.5), 100);
  assert.equal(percentile(values, 0.99), 198);
  assert.equal(percentile([7], 0.99), 7);
  assert.equal(percentile([], 0.5), undefined);
});

test("a ratio compares within rounds, so that a slow round does not count", () => {
  assert.equal(ratio([1, 20, 3], [2, 40, 6]), 0.5);
});

test("figures have three significant digits, and shares are percentages", () => {
  assert.deepEqual([1234567, 123.4, 12.34, 0.01234, 0].map(shown), [
    "1,234,567",
    "123",
    "12.3",
    "0.0123",
    "0",
  ]);
  assert.deepEqual([shown(undefined), percent(Number.NaN), times(-1)], ["–", "–", "–"]);
  assert.deepEqual([percent(0.1234), times(0.5)], ["12.3 %", "0.50 ×"]);
});

test("a table is Markdown whose figures are aligned to the right", () => {
  const expected = "| Name | ms |\n| --- | ---: |\n| a | 1 |";
  assert.equal(table(["Name", "ms"], [["a", "1"]]), expected);
});

test("lists of cores are read, and a command is pinned to cores only if they are known", () => {
  assert.deepEqual(coresIn("0-2,5"), [0, 1, 2, 5]);
  assert.deepEqual(pinned([0, 2], "node", ["a"]), ["taskset", ["-c", "0,2", "node", "a"]]);
  assert.deepEqual(pinned(undefined, "node", ["a"]), ["node", ["a"]]);
});

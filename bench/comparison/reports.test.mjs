// Every report can be written from what its programs send.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bare, OURS, POOL, whole } from "./contestants/index.mjs";
import { measurements } from "./measurements/index.mjs";

/** Any figure of any program, in any step: the contestant's own number. */
const figuresOf = (number) =>
  new Proxy({}, { get: (_, figure) => (figure === "failed" ? 0 : number) });
const stepsOf = (number) => new Proxy({}, { get: () => figuresOf(number), ownKeys: () => [] });

const NAMES = [...whole, ...bare];
const roundsOf = (make) =>
  Object.fromEntries(NAMES.map((name, index) => [name, [make(index + 1), make(index + 1)]]));
const perStep = roundsOf(stepsOf);
const flat = roundsOf(figuresOf);

const RESULTS = {
  quick: perStep,
  concurrency: perStep,
  "open-loop": perStep,
  "at-once": flat,
  sessions: perStep,
  agents: flat,
  start: {
    required: flat,
    imported: flat,
    first: flat,
    sizes: Object.fromEntries(NAMES.map((name) => [name, 1e6])),
    addon: 1e6,
  },
  "more-cores": { results: perStep, cores: 3 },
};

for (const [name, { report }] of Object.entries(measurements)) {
  test(`${name}: every row of every table has a figure for each column`, () => {
    const tables = tablesIn(report(RESULTS[name]));
    assert.ok(tables.length > 0);
    for (const [columns, , ...rows] of tables) {
      assert.ok(rows.length > 0);
      for (const row of rows) assert.equal(row.length, columns.length, row[0]);
      assert.doesNotMatch(rows.flat().join(), /undefined|NaN|–/);
    }
  });
}

test("ratios are those of the package to the others", () => {
  const ratio = (whole.indexOf(OURS) + 1) / (whole.indexOf(POOL) + 1);
  assert.match(measurements["at-once"].report(flat), new RegExp(`CPU, s .* ${ratio.toFixed(2)} ×`));
});

test("a machine with two cores has no report on more of them", () => {
  assert.match(measurements["more-cores"].report(undefined), /Not measured/);
});

test("failed calls are reported", () => {
  const rounds = [{ "at 64": { failed: 3 } }, { "at 64": { failed: 4 } }];
  const text = measurements.quick.report({ [OURS]: rounds, [POOL]: rounds });
  assert.match(text, /^- undici Pool, at 64: 7$/m);
});

/** Tables as arrays of rows, and rows as arrays of cells. */
function tablesIn(markdown) {
  const blocks = markdown.split("\n\n").filter((block) => block.startsWith("|"));
  return blocks.map((block) => block.split("\n").map((line) => line.split("|").slice(1, -1)));
}

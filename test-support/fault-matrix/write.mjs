// Writes the table of a method into docs/fault-matrix.md, from what the method does now. Each of its lines is a
// promise: read them all before you commit.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readDocument, root } from "../repository.mjs";
import { cellsOf, outcomeOf } from "./cells.mjs";
import { readMatrix } from "./document.mjs";
import { FAULTS } from "./faults.mjs";
import { METHODS } from "./methods.mjs";
import { Stages } from "./stages.mjs";

const DOCUMENT = "docs/fault-matrix.md";

const [method] = process.argv.slice(2);
if (!(method in METHODS)) throw new Error(`Name one of: ${Object.keys(METHODS).join("; ")}`);
const heading = method.replace(/^\w+/, "### `$&`");
const text = readDocument(DOCUMENT);
writeFileSync(join(root, DOCUMENT), withTable(text, await table()));

async function table() {
  const cells = cellsOf(method);
  const outcomes = await outcomesOf(cells);
  const columns = cells.filter(({ fault }) => fault === cells[0].fault);
  const rows = faults().map((fault) => [
    fault,
    ...outcomes.filter((_, index) => cells[index].fault === fault),
  ]);
  const lines = [
    ["Fault", ...columns.map(({ place, times }) => `${place}, ${times}`)],
    ["---", ...columns.map(() => "---")],
    ...rows,
  ];
  return lines.map((line) => `| ${line.join(" | ")} |\n`).join("");
}

/** In the order of the existing tables. */
function faults() {
  const written = [...readMatrix().promises.keys()].map((name) => name.split(" · ").at(-1));
  return [...new Set([...written, ...Object.keys(FAULTS)])];
}

async function outcomesOf(cells) {
  const stages = new Stages();
  await stages.open();
  const outcomes = await Promise.all(cells.map((cell) => outcomeOf(stages, cell)));
  await stages.close();
  const violation = outcomes.find((outcome) => outcome.startsWith("violation"));
  if (violation) throw new Error(`Not written, because it must not be promised: ${violation}`);
  return outcomes;
}

/** Replaces the table under the heading, or adds it after all others. */
function withTable(document, written) {
  if (!document.includes(`${heading}\n`)) return `${document}\n${heading}\n\n${written}`;
  const [before, after] = document.split(`${heading}\n`);
  return `${before}${heading}\n${after.replace(/(^\|.*\n)+/m, written)}`;
}

// Reads the tables of docs/fault-matrix.md.

import { readDocument } from "../repository.mjs";

/** The text of a cell where the fault does not apply. */
export const NOTHING = "–";

/** The name of a cell, in messages and as a key. */
export function nameOf({ method, place, fault, times }) {
  return `${method} · ${place}, ${times} · ${fault}`;
}

/**
 * `promises` are the texts of the cells by name, `silent` the methods without a request.
 * @returns {{ promises: Map<string, string>, silent: string[] }}
 */
export function readMatrix() {
  const promises = new Map();
  const silent = [];
  for (const { heading, rows } of tablesOf(readDocument("docs/fault-matrix.md"))) {
    const [[first, ...columns], , ...body] = rows;
    if (first === "Method") silent.push(...body.map(([method]) => plain(method)));
    if (first === "Fault") {
      for (const cell of cellsOf(plain(heading), columns, body)) promises.set(...cell);
    }
  }
  return { promises, silent };
}

function* cellsOf(method, columns, body) {
  for (const [fault, ...texts] of body) {
    for (const [index, column] of columns.entries()) {
      const [place, times] = column.split(", ");
      yield [nameOf({ method, place, fault: plain(fault), times }), texts[index]];
    }
  }
}

/** The tables, each under its last heading. */
function* tablesOf(markdown) {
  let heading = "";
  let rows = [];
  for (const line of [...markdown.split("\n"), ""]) {
    if (line.startsWith("#")) heading = line.replace(/^#+ /, "");
    if (line.startsWith("|")) rows.push(line.split("|").slice(1, -1).map(trimmed));
    else if (rows.length > 0) {
      yield { heading, rows };
      rows = [];
    }
  }
}

const trimmed = (text) => text.trim();
const plain = (text) => text.replaceAll("`", "");

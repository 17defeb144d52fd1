// Counts the outcomes of the operations of each method, and prints them.

import { describe } from "./draw.mjs";

const KINDS = ["wrong success", "lost", "duplicated", "other"];
const MOST_SHOWN = 50;

export class Tally {
  #rows = new Map();
  #outcomes = new Map();
  #violations = [];
  #startedAt = performance.now();

  add(operation, verdict, found) {
    const row = this.#row(operation.name);
    row.operations += 1;
    if (verdict.met.length > 0) row["met a fault"] += 1;
    if (operation.isAborted) row.aborted += 1;
    const { error } = operation;
    const outcome = operation.isAborted ? "aborted" : (error?.name ?? "success");
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
    if (outcome === "success") row.succeeded += 1;
    for (const kind of KINDS) if (found.some((one) => one.kind === kind)) row[kind] += 1;
    for (const { kind, what } of found) {
      this.broken(`${kind}: ${what}; ${error ?? "ok"}\n         ${describe(operation)}`);
    }
  }

  broken(what) {
    this.#violations.push(what);
  }

  get isBroken() {
    return this.#violations.length > 0;
  }

  print() {
    const rows = [...this.#rows].sort(([one], [other]) => one.localeCompare(other));
    const total = newRow();
    for (const [, row] of rows) for (const name of Object.keys(row)) total[name] += row[name];
    console.table(Object.fromEntries([...rows, ["all", total]]));
    console.log(Object.fromEntries([...this.#outcomes].sort(([, a], [, b]) => b - a)));
    console.log(`in ${Math.round((performance.now() - this.#startedAt) / 1000)} s`);
    for (const violation of this.#violations.slice(0, MOST_SHOWN)) {
      console.log(`BROKEN   ${violation}`);
    }
    console.log(
      this.isBroken ? `MISSED   ${this.#violations.length}` : "reached  no promise broken",
    );
  }

  #row(name) {
    if (!this.#rows.has(name)) this.#rows.set(name, newRow());
    return this.#rows.get(name);
  }
}

function newRow() {
  const names = ["operations", "met a fault", "aborted", "succeeded", ...KINDS];
  return Object.fromEntries(names.map((name) => [name, 0]));
}

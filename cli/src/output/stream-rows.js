import { printable, printableJson } from "../printable.js";
import { csvHeader, csvRow, tableOf } from "./columns.js";
import { print } from "./stdout.js";

/**
 * Where the rows of a long list go, one by one, in bounded memory.
 * @template T
 * @typedef {{ add(row: T): Promise<void>, end(): Promise<void> }} RowStream
 */

/** A table of more rows would scroll away. */
const MAX_ROWS = 50;

/**
 * `--json` prints a JSON object per line, `--csv` a line per row, and otherwise a table follows at the end.
 * @template T
 * @param {import("./columns.js").Column<T>[]} columns
 * @param {import("./print-rows.js").OutputOptions & { maxRows?: number }} options
 * @param {(row: T) => boolean} [isImportant] these rows are in the table even if there are many others
 * @returns {RowStream<T>}
 */
export function streamRows(columns, options, isImportant = () => false) {
  if (options.json) return { add: (row) => print(`${printableJson(row)}\n`), end: async () => {} };
  if (options.csv) return csvStream(columns);
  return tableStream(columns, options.maxRows ?? MAX_ROWS, isImportant);
}

/**
 * @template T
 * @param {import("./columns.js").Column<T>[]} columns
 * @returns {RowStream<T>}
 */
function csvStream(columns) {
  let header = csvHeader(columns);
  const printOnce = async (/** @type {string} */ text) => {
    const start = header;
    header = "";
    await print(start + text);
  };
  return { add: (row) => printOnce(csvRow(columns, row)), end: () => printOnce("") };
}

/**
 * @template T
 * @param {import("./columns.js").Column<T>[]} columns
 * @param {number} max
 * @param {(row: T) => boolean} isImportant
 * @returns {RowStream<T>}
 */
function tableStream(columns, max, isImportant) {
  /** @type {T[]} */
  const important = [];
  /** @type {T[]} */
  const others = [];
  let total = 0;
  return {
    async add(row) {
      total += 1;
      const rows = isImportant(row) ? important : others;
      if (rows.length < max) rows.push(row);
    },
    async end() {
      const shown = [...important, ...others].slice(0, max);
      if (shown.length > 0) await print(tableOf(columns, shown));
      if (total > shown.length)
        await print(`… and ${total - shown.length} more: --csv and --json print all.\n`);
      const reasons = reasonsOf(shown);
      if (reasons.length > 0) await print(`\n${reasons.join("\n")}\n`);
    },
  };
}

/** More reasons would bury the table. */
const MAX_REASONS = 10;

/**
 * The table has codes, which look alike for different reasons.
 * @param {any[]} rows
 */
function reasonsOf(rows) {
  const reasons = rows
    .filter(({ code, error }) => code !== undefined && typeof error === "string")
    .map(({ code, error, description }) => {
      const more = typeof description === "string" ? ` Auth0 says: ${description}` : "";
      return printable(`${code}: ${error}${more}`);
    });
  const distinct = [...new Set(reasons)];
  const rest = distinct.length - MAX_REASONS;
  if (rest <= 0) return distinct;
  return [...distinct.slice(0, MAX_REASONS), `… and ${rest} other messages: --csv has all.`];
}

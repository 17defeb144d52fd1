import Table from "cli-table3";
import { stringify } from "csv-stringify/sync";
import { printable, printableCell } from "../printable.js";

/**
 * A column of a table and of a CSV file.
 * @template T
 * @typedef {{ key: string, title?: string, of: (row: T) => unknown, shown?: (row: T) => unknown }} Column `title` is for
 *   the table; without one the column is only in the file. `shown` is what the table has in place of the value
 */

/** Longer cells would make a table unreadable; `--csv` and `--json` have all of it. */
const MAX_CELL = 60;
const PLAIN = { style: { head: [], border: [], compact: true } };

/**
 * A table without the columns that would be empty.
 * @template T
 * @param {Column<T>[]} columns
 * @param {T[]} rows
 */
export function tableOf(columns, rows) {
  const cells = columns
    .filter(({ title }) => title !== undefined)
    .map(({ title, of, shown = of }) => [
      title,
      ...rows.map((row) => shorten(printable(forPeople(shown(row))))),
    ])
    .filter(([, ...values]) => values.some((value) => value !== ""));
  const table = new Table({ head: cells.map(([title]) => String(title)), ...PLAIN });
  for (const index of rows.keys()) table.push(cells.map((column) => column[index + 1]));
  return `${table.toString()}\n`;
}

/**
 * @template T
 * @param {Column<T>[]} columns
 */
export const csvHeader = (columns) => stringify([columns.map(({ key }) => key)]);

/**
 * @template T
 * @param {Column<T>[]} columns
 * @param {T} row
 */
export const csvRow = (columns, row) => stringify([columns.map(({ of }) => csvCell(of(row)))]);

/** @param {unknown} value */
function csvCell(value) {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return printableCell(Array.isArray(value) ? value.join("; ") : (value ?? ""));
}

/** @param {unknown} value */
function forPeople(value) {
  if (value instanceof Date)
    return value
      .toISOString()
      .replace(/:\d\d\.\d+Z$/, "Z")
      .replace("T", " ");
  if (value === true) return "yes";
  if (value === false) return "no";
  return Array.isArray(value) ? value.join(", ") : (value ?? "");
}

/** @param {string} text */
const shorten = (text) => (text.length > MAX_CELL ? `${text.slice(0, MAX_CELL - 1)}…` : text);

import { printable, printableJson } from "../printable.js";
import { csvHeader, csvRow, tableOf } from "./columns.js";
import { print, whileRead } from "./stdout.js";

/** @typedef {{ json?: boolean, csv?: boolean }} OutputOptions */

/**
 * The rows of one user, all at once.
 * @template T
 * @param {import("./columns.js").Column<T>[]} columns
 * @param {T[]} rows
 * @param {OutputOptions} options
 * @param {string} nothing the text in place of an empty table
 */
export async function printRows(columns, rows, options, nothing) {
  if (options.json) return whileRead(() => print(`${printableJson(rows, 2)}\n`));
  if (options.csv) {
    const lines = [csvHeader(columns), ...rows.map((row) => csvRow(columns, row))];
    return whileRead(() => print(lines.join("")));
  }
  return whileRead(() => print(rows.length === 0 ? `${nothing}\n` : tableOf(columns, rows)));
}

/**
 * What a command that changes one user has to say.
 * @param {Record<string, unknown>} result
 * @param {string} sentence
 * @param {OutputOptions} options
 */
export async function printResult(result, sentence, options) {
  if (options.json) return print(`${printableJson(result, 2)}\n`);
  if (options.csv) {
    const columns = Object.keys(result).map((key) => ({ key, of: () => result[key] }));
    return print(csvHeader(columns) + csvRow(columns, result));
  }
  return print(`${printable(sentence)}\n`);
}

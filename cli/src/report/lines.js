// The data of the report: a line for the run, then one for each chunk of rows.

import { ColumnEncoder } from "./columns.js";
import { field, number, seconds, text } from "./fields.js";
import { Left } from "./left.js";
import { rowOfIntent, rowOfOutcome } from "./rows.js";
import { visible } from "./visible.js";

/** @typedef {import("./types.js").ReportRecord} ReportRecord */

const CHUNK = 2000;

/**
 * @param {Iterable<ReportRecord> | AsyncIterable<ReportRecord>} records
 * @returns {AsyncGenerator<string>}
 */
export async function* linesOf(records) {
  const encoder = new ColumnEncoder();
  for await (const piece of piecesOf(records)) {
    if (!("state" in piece)) yield lineOf(piece);
    else if (encoder.add(piece) === CHUNK) yield lineOf(encoder.take());
  }
  yield lineOf(encoder.take());
}

/**
 * The head of the run, if it has one, then rows. Records of other types are those of later versions, and ignored.
 * @param {Iterable<ReportRecord> | AsyncIterable<ReportRecord>} records
 */
async function* piecesOf(records) {
  const left = new Left();
  for await (const record of records) {
    if (isHeader(record)) yield headOf(record);
    else if (isIntent(record)) left.begin(record);
    else if (isOutcome(record)) {
      left.settle(record.result);
      yield rowOfOutcome(record);
    }
  }
  for (const record of left.records()) yield rowOfIntent(record);
}

/**
 * @param {object} header
 * @returns {import("./types.js").Head}
 */
function headOf(header) {
  const options = field(header, "options");
  return {
    command: text(header, "command"),
    tenant: text(header, "tenant"),
    started: seconds(header, "started"),
    total: number(header, "total"),
    stopped: text(header, "stopped"),
    isOpen: field(header, "isOpen") === true,
    incomplete: field(header, "incomplete") === true,
    options: typeof options === "object" && options !== null ? optionsOf(options) : [],
  };
}

/**
 * @param {object} options
 * @returns {[string, string][]}
 */
function optionsOf(options) {
  return Object.entries(options).flatMap(([name, value]) => {
    const isPlain = ["string", "number", "boolean"].includes(typeof value);
    return isPlain ? [[visible(name), visible(String(value))]] : [];
  });
}

/** @param {object} value */
const lineOf = (value) => `${JSON.stringify(value)}\n`;

/**
 * @param {ReportRecord} record
 * @returns {record is import("./types.js").HeaderRecord}
 */
const isHeader = (record) => record.type === "header";

/**
 * @param {ReportRecord} record
 * @returns {record is import("./types.js").IntentRecord}
 */
const isIntent = (record) => record.type === "intent";

/**
 * @param {ReportRecord} record
 * @returns {record is import("./types.js").OutcomeRecord}
 */
const isOutcome = (record) => {
  const result = field(record, "result");
  return record.type === "outcome" && typeof result === "object" && result !== null;
};

import { pipeline, Readable } from "node:stream";
import { parse } from "csv-parse";
import { textOf } from "./lines.js";
import { USER_FIELDS, userFromRecord } from "./reference.js";

/**
 * @import { Chunks } from "./lines.js"
 * @import { Entry } from "./formats.js"
 */

const COLUMNS = [...USER_FIELDS, "connection"];
/** A cell of this length is the rest of a file behind a quote that is never closed. */
const MAX_RECORD = 100_000;
const UNCLOSED = ["CSV_QUOTE_NOT_CLOSED", "CSV_MAX_RECORD_SIZE"];

/**
 * CSV with a header that names `id`, `user_id`, `sub` or `email`, and perhaps `connection`; other columns are ignored.
 * @param {Chunks} chunks
 * @returns {AsyncGenerator<Entry>}
 */
export async function* parseCsv(chunks) {
  const { delimiter, text } = await withDelimiter(textOf(chunks));
  const parser = parse({
    ...{ delimiter, info: true, ltrim: true, relax_column_count: true, relax_quotes: true },
    ...{ skip_empty_lines: true, max_record_size: MAX_RECORD },
  });
  // A failure to read reaches the loop as the parser's own.
  pipeline(Readable.from(text), parser, () => {});
  /** @type {string[] | undefined} */
  let header;
  let line = 0;
  try {
    for await (const { record, info } of parser) {
      line = info.lines;
      if (header) yield rowEntry(line, header, record);
      else header = checkHeader(record);
    }
  } catch (error) {
    throw UNCLOSED.includes(/** @type {any} */ (error).code) ? unclosedAfter(line) : error;
  }
}

/**
 * Which users such a quote hides is unknown, so the list is not read any further.
 * @param {number} line
 */
const unclosedAfter = (line) =>
  new TypeError(`a quote after line ${line} is never closed: close or remove it`);

/** @param {string[]} record */
function checkHeader(record) {
  const names = record.map((name) => name.trim().toLowerCase());
  if (names.some((name) => USER_FIELDS.includes(name))) return names;
  throw new TypeError("its first line names no column id, user_id or email: add a header line");
}

/**
 * @param {number} line
 * @param {string[]} header
 * @param {string[]} record
 * @returns {Entry}
 */
function rowEntry(line, header, record) {
  const cells = COLUMNS.map((name) => [name, record[header.indexOf(name)]]);
  try {
    return { line, user: userFromRecord(Object.fromEntries(cells)) };
  } catch (error) {
    return { line, problem: /** @type {Error} */ (error).message };
  }
}

/**
 * Spreadsheets separate cells by commas, semicolons or tabs, depending on the language; the header shows which.
 * @param {AsyncGenerator<string>} text
 */
async function withDelimiter(text) {
  let start = "";
  for (;;) {
    const { value, done } = await text.next();
    start += value ?? "";
    if (done || start.includes("\n")) break;
  }
  const [header] = start.split("\n", 1);
  const count = (/** @type {string} */ one) => header.split(one).length;
  const [delimiter] = [",", ";", "\t"].sort((a, b) => count(b) - count(a));
  return { delimiter, text: prepend(start, text) };
}

/**
 * @param {string} start
 * @param {AsyncGenerator<string>} rest
 */
async function* prepend(start, rest) {
  yield start;
  yield* rest;
}

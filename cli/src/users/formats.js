import { Failure, usage } from "../failure.js";
import { parseCsv } from "./csv.js";
import { linesOf } from "./lines.js";
import { userFromRecord, userFromText } from "./reference.js";

/**
 * @import { Chunks } from "./lines.js"
 * @import { User } from "./reference.js"
 */
/** @typedef {{ line: number, user: User, problem?: undefined } | { line: number, problem: string }} Entry */

/**
 * How a list of users is read, by the name of its format. A malformed line is an entry, so that the others are read.
 * @type {Record<string, (chunks: Chunks) => AsyncIterable<Entry>>}
 */
export const FORMATS = {
  text: (chunks) => parseLines(chunks, userFromLine),
  csv: parseCsv,
  ndjson: (chunks) => parseLines(chunks, userFromJson),
};

/** @type {Record<string, string>} Auth0's own exports call NDJSON `.json`. */
const BY_EXTENSION = { csv: "csv", json: "ndjson", jsonl: "ndjson", ndjson: "ndjson" };

/** @param {string} file */
export function formatOf(file) {
  const extension = /\.([^./\\]+)$/.exec(file)?.[1].toLowerCase() ?? "";
  return BY_EXTENSION[extension] ?? "text";
}

/**
 * @param {Chunks} chunks
 * @param {(text: string) => User} parse
 * @returns {AsyncGenerator<Entry>}
 */
async function* parseLines(chunks, parse) {
  for await (const { line, text } of linesOf(chunks)) {
    const trimmed = text.trim();
    if (trimmed !== "" && !trimmed.startsWith("#")) yield entry(line, () => parse(trimmed));
  }
}

/**
 * @param {number} line
 * @param {() => User} parse
 * @returns {Entry}
 */
export function entry(line, parse) {
  try {
    return { line, user: parse() };
  } catch (error) {
    if (error instanceof Failure) throw error;
    return { line, problem: /** @type {Error} */ (error).message };
  }
}

/**
 * A line of text. Emails have no spaces, nor have ids, unless those of enterprise connections, which have a bar.
 * @param {string} text
 */
function userFromLine(text) {
  const [user] = text.split(/\s+#/, 1);
  if (/\s/.test(user) && !user.includes("|"))
    throw new TypeError("it has several words: a line is one id or email");
  return userFromText(user);
}

/** @param {string} text */
function userFromJson(text) {
  const value = parsed(text);
  if (typeof value === "string") return userFromText(value);
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new TypeError("it is not a JSON object or string with one user");
  }
  if (value.type === "journal" && "run" in value) throw usage(A_JOURNAL);
  // Results of this tool have the user as it was given in an object of its own.
  return userFromRecord({ ...value.user, ...value });
}

const A_JOURNAL =
  "--file: this is the journal of a run, not a list: make one with report JOURNAL --csv";

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError("it is not JSON: each line needs a JSON object of its own");
  }
}

import { createReadStream } from "node:fs";
import { reasonOf, usage } from "../failure.js";
import { linesOf } from "../users/lines.js";

/** @import { User } from "../users/reference.js" */

/** Changes when an older tool could misread a newer journal. */
export const FORMAT_VERSION = 1;

/**
 * The first line of a journal.
 * @typedef {object} Header
 * @property {"journal"} type
 * @property {number} version
 * @property {string} run identifies the run
 * @property {string} command
 * @property {string} tenant
 * @property {Record<string, unknown>} options those that change what the command does, or to whom
 * @property {string} started
 * @property {string} [tickets] the path of the file with the tickets
 */
/** @typedef {{ type: "intent", user: User }} Intent before the user is passed on */
/** @typedef {Record<string, any> & { type: "outcome", user: User }} Outcome */
/** @typedef {{ type: "resumed", at: string, tickets?: string }} Resumed */
/** @typedef {{ type: "end", at: string, settled: boolean }} End `settled`: nothing was changed for users without an outcome */
/** @typedef {Header | Intent | Outcome | Resumed | End} Record_ */

/**
 * The records of a journal, which may still be growing: a last line without its end is left out.
 * @param {string} path
 * @returns {AsyncGenerator<Record_>}
 */
export async function* recordsOf(path) {
  let previous;
  try {
    for await (const one of linesOf(createReadStream(path))) {
      if (previous) yield record(path, previous);
      previous = one;
    }
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === undefined) throw error;
    throw usage(`the journal "${path}" cannot be read: ${reasonOf(error)}`);
  }
  if (previous && isRecord(previous.text)) yield record(path, previous);
}

/** @param {string} text */
function isRecord(text) {
  try {
    return typeof JSON.parse(text).type === "string";
  } catch {
    return false;
  }
}

/**
 * @param {string} path
 * @param {{ line: number, text: string }} line
 * @returns {Record_}
 */
function record(path, { line, text }) {
  if (!isRecord(text)) throw notAJournal(path, `line ${line} is not one of its records`);
  const value = JSON.parse(text);
  const isHeader = value.type === "journal";
  if ((line === 1) !== isHeader)
    throw notAJournal(path, "it does not begin with the header of one");
  if (isHeader && value.version !== FORMAT_VERSION) {
    throw usage(`"${path}" has format ${value.version}, but this version reads ${FORMAT_VERSION}`);
  }
  return value;
}

/**
 * @param {string} path
 * @param {string} why
 */
export const notAJournal = (path, why) => usage(`"${path}" is not an intact journal: ${why}`);

/**
 * Whether an outcome says that its user failed.
 * @param {Record<string, any>} outcome
 */
export const isFailed = ({ error, code, status }) =>
  error !== undefined || code !== undefined || status === "error";

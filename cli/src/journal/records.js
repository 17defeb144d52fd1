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
 * @property {List} [list] if it is known beforehand
 */
/** @typedef {{ total: number, digest: string }} List how many users it has, and a digest of who they are */
/** @typedef {{ type: "intent", user: User }} Intent before the user is passed on */
/** @typedef {Record<string, any> & { type: "outcome", user: User }} Outcome */
/** @typedef {{ type: "resumed", at: string, tickets?: string, list?: List }} Resumed */
/**
 * The last line of a run that was not killed.
 * @typedef {object} End
 * @property {"end"} type
 * @property {string} at
 * @property {boolean} settled nothing was changed for users without an outcome
 * @property {number} [left] how many entries of the list have no outcome, if the length of the list is known
 * @property {string} [stopped] why the run did not reach the end of the list
 * @property {true} [incomplete] Auth0 could not list everyone who matches the selector
 */
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

import { readFileSync } from "node:fs";
import jsonc from "jsonc-parser";
import { findSeedErrors } from "./check.js";
import { withConnections } from "./default.js";
import { describeSeedError } from "./describe.js";

/** @import { Seed } from "../../index.js" */
/** @import { ValidationError } from "../validate.js" */

/**
 * Why a file cannot be read, by the code of the system's error.
 * @type {Record<string, string>}
 */
const UNREADABLE = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "there is no permission",
};

/** A file that does not exist or that is not a file. */
export class UnreadableSeed extends TypeError {}

/**
 * Reads a seed file.
 * @param {string} file
 * @returns {Seed}
 * @throws {TypeError} naming file, line and key of each problem
 */
export function readSeed(file) {
  const text = readText(file);
  const seed = parse(file, text);
  const problems = findSeedErrors(withConnections(seed));
  if (problems.length === 0) return seed;
  throw new TypeError(placeInText(file, text, problems));
}

/**
 * Problems that only show once the tenant runs, with their places in the file.
 * @param {string} file
 * @param {ValidationError[]} problems
 */
export const placeInFile = (file, problems) => placeInText(file, readText(file), problems);

/**
 * @param {string} file
 * @param {string} text
 * @param {ValidationError[]} problems
 */
const placeInText = (file, text, problems) =>
  problems
    .map((problem) => `${file}:${lineOf(text, problem.path)}: ${describeSeedError(problem)}`)
    .join("\n");

/**
 * Editors on Windows begin files with a byte order mark, which JSON does not allow.
 * @param {string} file
 */
function readText(file) {
  try {
    return readFileSync(file, "utf8").replace(/^\ufeff/, "");
  } catch (error) {
    const { code = "", message } = /** @type {NodeJS.ErrnoException} */ (error);
    const reason = UNREADABLE[code] ?? message;
    throw new UnreadableSeed(`the seed "${file}" cannot be read: ${reason}. Name a JSON file`);
  }
}

/**
 * @param {string} file
 * @param {string} text
 */
function parse(file, text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    const offset = offsetOfSyntaxError(text);
    const reason = superfluousComma(text, offset) ?? /** @type {SyntaxError} */ (error).message;
    // The message quotes the text around the mistake, which may have several lines.
    const oneLine = reason.replace(/\s+/g, " ");
    throw new TypeError(`${file}:${lineAt(text, offset)}: not JSON: ${oneLine}`);
  }
}

/**
 * The most frequent mistake in JSON that is written by hand.
 * @param {string} text
 * @param {number} offset
 */
function superfluousComma(text, offset) {
  const [end] = text.slice(offset);
  const isClosed = end === "]" || end === "}";
  if (!isClosed || !text.slice(0, offset).trimEnd().endsWith(",")) return undefined;
  return `a comma before ${end}. Remove the comma`;
}

/**
 * The position in the message of `JSON.parse` is not always there.
 * @param {string} text
 */
function offsetOfSyntaxError(text) {
  /** @type {jsonc.ParseError[]} */
  const errors = [];
  jsonc.parse(text, errors, { disallowComments: true });
  return errors[0]?.offset ?? text.length;
}

/**
 * The line of a key or of an array element.
 * @param {string} text
 * @param {(string | number)[]} path
 */
function lineOf(text, path) {
  const root = jsonc.parseTree(text);
  const node = root && jsonc.findNodeAtLocation(root, path);
  if (!node) return 1;
  const { offset } = node.parent?.type === "property" ? node.parent : node;
  return lineAt(text, offset);
}

/**
 * @param {string} text
 * @param {number} offset
 */
function lineAt(text, offset) {
  return text.slice(0, offset).split("\n").length;
}

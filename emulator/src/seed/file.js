import { readFileSync } from "node:fs";
import jsonc from "jsonc-parser";
import { describeSeedError, findSeedError } from "./check.js";
import { withConnections } from "./default.js";

/** @import { Seed } from "../../index.js" */
/** @import { ValidationError } from "../validate.js" */

/** A file that does not exist or that is no file. */
export class UnreadableSeed extends TypeError {}

/**
 * Reads a seed file.
 * @param {string} file
 * @returns {Seed}
 * @throws {TypeError} naming file, line and key
 */
export function readSeed(file) {
  const text = readText(file);
  const seed = parse(file, text);
  const problem = findSeedError(withConnections(seed));
  if (!problem) return seed;
  throw new TypeError(placeInText(file, text, problem));
}

/**
 * A problem that only shows once the tenant runs, with its place in the file.
 * @param {string} file
 * @param {ValidationError} problem
 */
export const placeInFile = (file, problem) => placeInText(file, readText(file), problem);

/**
 * @param {string} file
 * @param {string} text
 * @param {ValidationError} problem
 */
const placeInText = (file, text, problem) =>
  `${file}:${lineOf(text, problem.path)}: ${describeSeedError(problem)}`;

/**
 * Editors on Windows begin files with a byte order mark, which JSON does not allow.
 * @param {string} file
 */
function readText(file) {
  try {
    return readFileSync(file, "utf8").replace(/^\ufeff/, "");
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    throw new UnreadableSeed(`the seed "${file}" cannot be read: ${message}. Name a JSON file`);
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
    const { message } = /** @type {SyntaxError} */ (error);
    const line = lineAt(text, offsetOfSyntaxError(text));
    throw new TypeError(`${file}:${line}: not JSON: ${message}`);
  }
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

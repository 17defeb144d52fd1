import { readFileSync } from "node:fs";
import jsonc from "jsonc-parser";
import { describeSeedError, findSeedError } from "./check.js";

/** @import { Seed } from "../../index.js" */

/**
 * Reads a seed file.
 * @param {string} file
 * @returns {Seed}
 * @throws {TypeError} naming file, line and key
 */
export function readSeed(file) {
  const text = readFileSync(file, "utf8");
  const seed = parse(file, text);
  const error = findSeedError(seed);
  if (!error) return seed;
  throw new TypeError(`${file}:${lineOf(text, error.path)}: ${describeSeedError(error)}`);
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

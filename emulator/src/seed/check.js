import { readFileSync } from "node:fs";
import { findFault } from "../validate.js";
import { lineOf, lineOfOffset, offsetOfMistake } from "./lines.js";
import { findLooseEnd } from "./loose-ends.js";

const schema = JSON.parse(readFileSync(new URL("../../seed.schema.json", import.meta.url), "utf8"));

/**
 * Throws what is wrong with a seed, naming the place.
 * @param {{ users: { has(id: string): boolean }, connections: { has(name: string): boolean } }} [store]
 *   what is there already
 */
export function checkSeed(seed, store) {
  const found = findMistake(seed, store);
  if (found) throw new TypeError(`Bad seed: ${describe(found)}`);
}

/**
 * Reads a seed file.
 * @throws {Error} naming file, line and key
 */
export function readSeed(file) {
  const text = readFileSync(file, "utf8");
  const seed = parse(file, text);
  const found = findMistake(seed);
  if (!found) return seed;
  throw new TypeError(`${file}:${lineOf(text, found.path)}: ${describe(found)}`);
}

function findMistake(seed, store) {
  return findFault(schema, seed) ?? findLooseEnd(seed, store);
}

function parse(file, text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    const line = lineOfOffset(text, offsetOfMistake(text));
    throw new TypeError(`${file}:${line}: not JSON: ${error.message}`);
  }
}

function describe({ path, message, keyword }) {
  const place = path.reduce(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}${text && "."}${key}`),
    "",
  );
  const text = keyword === "additionalProperties" ? "unknown key" : message;
  return place === "" ? text : `${place}: ${text}`;
}

import { readFileSync } from "node:fs";
import { findFault } from "../validate.js";
import { lineOf, lineOfOffset } from "./lines.js";

const schema = JSON.parse(readFileSync(new URL("../../seed.schema.json", import.meta.url), "utf8"));

/** Throws what is wrong with a seed, naming the place. */
export function checkSeed(seed) {
  const found = findFault(schema, seed);
  if (found) throw new TypeError(`Bad seed: ${describe(found)}`);
}

/**
 * Reads a seed file.
 * @throws {Error} naming file, line and key
 */
export function readSeed(file) {
  const text = readFileSync(file, "utf8");
  const seed = parse(file, text);
  const found = findFault(schema, seed);
  if (!found) return seed;
  throw new TypeError(`${file}:${lineOf(text, found.path)}: ${describe(found)}`);
}

function parse(file, text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TypeError(`${file}${placeOf(text, error)}: not JSON: ${error.message}`);
  }
}

/** The parser names a position unless the text is so short that it shows all of it. */
function placeOf(text, { message }) {
  const offset = /position (\d+)/.exec(message)?.[1];
  return offset === undefined ? "" : `:${lineOfOffset(text, Number(offset))}`;
}

function describe({ path, message, keyword }) {
  const place = path.reduce(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}${text && "."}${key}`),
    "",
  );
  const text = keyword === "additionalProperties" ? "unknown key" : message;
  return place === "" ? text : `${place}: ${text}`;
}

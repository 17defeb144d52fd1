import { readFileSync } from "node:fs";
import { firstError } from "../validate.js";
import { findDanglingReference } from "./dangling-references.js";

/** @import { Seed } from "../../index.js" */
/** @import { ValidationError } from "../validate.js" */
/** @import { Existing } from "./dangling-references.js" */

const schema = JSON.parse(readFileSync(new URL("../../seed.schema.json", import.meta.url), "utf8"));

/**
 * Throws a `TypeError` that names the place of the first error.
 * @param {Seed} seed
 * @param {Existing} store the rows that the seed's own may refer to
 */
export function checkSeed(seed, store) {
  const error = findSeedError(seed, store);
  if (error) throw new TypeError(`Bad seed: ${describeSeedError(error)}`);
}

/**
 * @param {Seed} seed
 * @param {Existing} [store]
 */
export function findSeedError(seed, store) {
  return firstError(schema, seed) ?? findDanglingReference(seed, store);
}

/**
 * `users[0].email: what is wrong`
 * @param {ValidationError} error
 */
export function describeSeedError({ path, message, keyword }) {
  let place = "";
  for (const key of path) {
    if (typeof key === "number") place += `[${key}]`;
    else place += place === "" ? key : `.${key}`;
  }
  const text = keyword === "additionalProperties" ? "unknown key" : message;
  return place === "" ? text : `${place}: ${text}`;
}

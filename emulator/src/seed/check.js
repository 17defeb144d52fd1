import { readFileSync } from "node:fs";
import { suggest } from "../suggest.js";
import { firstError } from "../validate.js";
import { findBadScope } from "./bad-scopes.js";
import { findBadUser } from "./bad-users.js";
import { findDanglingReference, NOTHING } from "./dangling-references.js";

/** @import { Seed } from "../../index.js" */
/** @import { ValidationError } from "../validate.js" */
/** @import { Existing } from "./dangling-references.js" */

const USER_ID_ERROR = "Object didn't pass validation for format user-id";

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
 * Checks one row that a test adds, as if it were in a seed.
 * @param {string} helper that was called
 * @param {Exclude<keyof Seed, "$schema">} table
 * @param {unknown} row
 * @param {Existing} store
 */
export function checkRow(helper, table, row, store) {
  const error = findSeedError(JSON.parse(JSON.stringify(seedOf(table, row))), store);
  if (!error) return;
  const path = error.path.slice(2);
  throw new TypeError(`${helper}: ${describeSeedError({ ...error, path })}`);
}

/**
 * A seed of one row. Without connections of its own, a seed would have the standard ones, but the tenant may have others.
 * @param {string} table
 * @param {unknown} row
 * @returns {Seed}
 */
export const seedOf = (table, row) => ({ connections: [], [table]: [row] });

/**
 * @param {Seed} seed
 * @param {Existing} [store] by default that of a tenant that has not been started
 */
export function findSeedError(seed, store = NOTHING) {
  return (
    firstError(schema, seed) ??
    findDanglingReference(seed, store) ??
    findBadUser(seed, store) ??
    findBadScope(seed, store)
  );
}

/**
 * `users[0].email: what is wrong`
 * @param {ValidationError} error
 */
export function describeSeedError(error) {
  let place = "";
  for (const key of error.path) {
    if (typeof key === "number") place += `[${key}]`;
    else place += place === "" ? key : `.${key}`;
  }
  const text = withFix(error);
  return place === "" ? text : `${place}: ${text}`;
}

/**
 * What is wrong, and how to fix it where that is not obvious.
 * @param {ValidationError} error
 */
function withFix({ path, message, keyword, meaning, allowed = [] }) {
  if (keyword === "additionalProperties") {
    return `unknown key. ${suggest(String(path.at(-1)), allowed)}`;
  }
  if (keyword === "enum") return `${message}. Known: ${allowed.join(", ")}`;
  if (message.startsWith(USER_ID_ERROR)) {
    return `${message}. An id names its provider: auth0|abc, google-oauth2|123, …`;
  }
  if (keyword === "format" && message.includes("date-time")) {
    return `${message}. A date looks like this: 2026-01-31T12:00:00.000Z`;
  }
  return keyword === "pattern" && meaning ? `${message}. It needs ${meaning}` : message;
}

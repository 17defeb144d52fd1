import { readFileSync } from "node:fs";
import { LOG_TYPES } from "../log-types.js";
import { suggest } from "../suggest.js";
import { firstError } from "../validate.js";
import { findBadScope } from "./bad-scopes.js";
import { findBadUser } from "./bad-users.js";
import { findBadValue } from "./bad-values.js";
import { findDuplicate } from "./duplicates.js";
import { error } from "./error.js";
import { NOTHING } from "./existing.js";
import { findDanglingReference } from "./references.js";

/** @import { Seed } from "../../index.js" */
/** @import { ValidationError } from "../validate.js" */
/** @import { Existing } from "./existing.js" */

const schema = JSON.parse(readFileSync(new URL("../../seed.schema.json", import.meta.url), "utf8"));

/**
 * How to correct a value that is not of its format.
 * @type {Record<string, (value: string) => string>}
 */
const FORMAT_FIXES = {
  "user-id": () => "An id names its provider: auth0|abc, google-oauth2|123, …",
  "date-time": () => "A date looks like this: 2026-01-31T12:00:00.000Z",
  email: () => "An email looks like this: ada@example.com",
  "log-type": (value) => `Use one of Auth0's event codes. ${suggest(value, LOG_TYPES)}`,
  url: () => "Use an address on the web, such as https://app.example.com/path",
  "redirect-url": () =>
    "Use a URL such as https://app.example.com/callback or com.example.app://callback, without a fragment, and with no * but in the first label of the host",
  "web-origin": () => "Use an origin on the web, such as http://localhost:5173, without a path",
};

/** A seed, or a row that a test adds, that is refused. */
export class SeedError extends TypeError {
  /**
   * @param {string} owner what is refused
   * @param {ValidationError} problem
   */
  constructor(owner, problem) {
    super(`${owner}: ${describeSeedError(problem)}`);
    this.problem = problem;
    const fix = fixOf(problem) ?? "correct it as seed.schema.json of the package describes";
    this.refusal = { key: placeOf(problem.path) || "body", reason: problem.message, fix };
    if (problem.keyword === "additionalProperties") this.refusal.reason = "unknown key";
  }
}

/**
 * Checks a seed and returns a copy, in which an undefined property is absent.
 * @param {Seed} seed
 * @param {Existing} store the rows that the seed's own may refer to
 * @returns {Seed}
 * @throws {SeedError} that names the place of the first error
 */
export function checkSeed(seed, store) {
  return checkCopy("Bad seed", seed, store, 0);
}

/**
 * Checks one row that a test adds, as if it were in a seed.
 * @param {string} helper that was called
 * @param {Exclude<keyof Seed, "$schema">} table
 * @param {unknown} row
 * @param {Existing} store
 */
export function checkRow(helper, table, row, store) {
  checkCopy(helper, { [table]: [row] }, store, 2);
}

/**
 * @param {string} owner
 * @param {Seed} seed
 * @param {Existing} store
 * @param {number} depth how much of a path its owner already says
 */
function checkCopy(owner, seed, store, depth) {
  const { copy, problem = findSeedError(copy, store) } = copyOf(seed);
  if (!problem) return copy;
  throw new SeedError(owner, { ...problem, path: problem.path.slice(depth) });
}

/**
 * @param {Seed} seed
 * @returns {{ copy: Seed, problem?: ValidationError }}
 */
function copyOf(seed) {
  try {
    // Loading a row clones it, which a value that is nested too deeply does not survive.
    return { copy: structuredClone(JSON.parse(JSON.stringify(seed))) };
  } catch (cause) {
    const { message } = /** @type {Error} */ (cause);
    const fix = "A seed consists of what JSON can express, without cycles and thousands of levels.";
    return { copy: {}, problem: error([], `cannot be copied: ${message}`, fix) };
  }
}

/**
 * @param {Seed} seed
 * @param {Existing} [store] by default that of a tenant that has not been started
 */
export function findSeedError(seed, store = NOTHING) {
  return (
    firstError(schema, seed) ??
    findDuplicate(seed, store) ??
    findDanglingReference(seed, store) ??
    findBadUser(seed, store) ??
    findBadScope(seed, store) ??
    findBadValue(seed)
  );
}

/**
 * `users[0].email: what is wrong. How to correct it`
 * @param {ValidationError} problem
 */
export function describeSeedError(problem) {
  const { path, message, keyword } = problem;
  const reason = keyword === "additionalProperties" ? "unknown key" : message;
  const sentences = [reason, fixOf(problem)].filter(Boolean).join(". ");
  const text = path.length === 0 ? sentences : `${placeOf(path)}: ${sentences}`;
  // Seeds are quoted, and messages are printed on terminals.
  return text.replace(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1));
}

/**
 * A place in JSON: `users[0].email`.
 * @param {(string | number)[]} path
 */
export function placeOf(path) {
  return path.reduce((/** @type {string} */ place, key) => {
    if (typeof key === "number") return `${place}[${key}]`;
    return place === "" ? key : `${place}.${key}`;
  }, "");
}

/**
 * How to correct it, where that is not obvious.
 * @param {ValidationError} problem
 * @returns {string | undefined}
 */
function fixOf({ path, fix, keyword, meaning, allowed = [], format, value }) {
  if (fix !== undefined) return fix;
  if (keyword === "additionalProperties") return suggest(String(path.at(-1)), allowed);
  if (keyword === "enum") return `Known: ${allowed.join(", ")}`;
  if (format !== undefined) return FORMAT_FIXES[format]?.(String(value));
  return keyword === "pattern" && meaning ? `It needs ${meaning}` : undefined;
}

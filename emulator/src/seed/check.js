import { readFileSync } from "node:fs";
import { allErrors } from "../validate.js";
import { findBadScopes } from "./bad-scopes.js";
import { findBadUsers } from "./bad-users.js";
import { findBadValues } from "./bad-values.js";
import { describeSeedErrors, partsOf, placeOf } from "./describe.js";
import { findDuplicates } from "./duplicates.js";
import { error } from "./error.js";
import { NOTHING } from "./existing.js";
import { findDanglingReferences } from "./references.js";
import { findSharedEmails } from "./shared-emails.js";

/** @import { Seed } from "../../index.js" */
/** @import { ValidationError } from "../validate.js" */
/** @import { Existing } from "./existing.js" */

const schema = JSON.parse(readFileSync(new URL("../../seed.schema.json", import.meta.url), "utf8"));

const MOST_PROBLEMS = 10;
/** The keywords of the schema that do not concern the types of values or whether they are there. */
const OF_VALUES = new Set(["additionalProperties", "enum", "format", "pattern"]);

/** A seed, or a row that a test adds, that is refused. */
export class SeedError extends TypeError {
  /**
   * @param {string} owner what is refused
   * @param {ValidationError[]} problems
   */
  constructor(owner, problems) {
    super(`${owner}: ${describeSeedErrors(problems)}`);
    this.problems = problems;
    const [first, ...others] = problems.map(partsOf);
    this.refusal = { ...first, ...(others.length > 0 && { others }) };
  }
}

/**
 * Checks a seed and returns a copy, in which an undefined property is absent.
 * @param {Seed} seed
 * @param {Existing} store the rows that the seed's own may refer to
 * @returns {Seed}
 * @throws {SeedError} that names the places of the first errors
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
  const { copy, problems = findSeedErrors(copy, store) } = copyOf(seed);
  if (problems.length === 0) return copy;
  throw new SeedError(
    owner,
    problems.map((problem) => ({ ...problem, path: problem.path.slice(depth) })),
  );
}

/**
 * @param {Seed} seed
 * @returns {{ copy: Seed, problems?: ValidationError[] }}
 */
function copyOf(seed) {
  try {
    // Loading a row clones it, which a value that is nested too deeply does not survive.
    return { copy: structuredClone(JSON.parse(JSON.stringify(seed))) };
  } catch (cause) {
    const { message } = /** @type {Error} */ (cause);
    const fix = "A seed consists of what JSON can express, without cycles and thousands of levels.";
    return { copy: {}, problems: [error([], `cannot be copied: ${message}`, fix)] };
  }
}

/**
 * The first problems of a seed, at most one for each place: what is of the wrong format may break other rules, too.
 * @param {Seed} seed
 * @param {Existing} [store] by default that of a tenant that has not been started
 * @returns {ValidationError[]}
 */
export function findSeedErrors(seed, store = NOTHING) {
  /** @type {Map<string, ValidationError>} */
  const found = new Map();
  for (const problem of problemsOf(seed, store)) {
    // What is missing has no place of its own.
    const place = placeOf(problem.path) + (problem.keyword === "required" ? problem.message : "");
    if (!found.has(place)) found.set(place, problem);
    if (found.size === MOST_PROBLEMS) break;
  }
  return [...found.values()];
}

/**
 * What rows say is checked only if they have the shape in which they can say it.
 * @param {Seed} seed
 * @param {Existing} store
 * @returns {Generator<ValidationError>}
 */
function* problemsOf(seed, store) {
  const errors = allErrors(schema, seed);
  yield* errors;
  if (!errors.every(({ keyword }) => OF_VALUES.has(keyword))) return;
  yield* findDuplicates(seed, store);
  yield* findDanglingReferences(seed, store);
  yield* findBadUsers(seed, store);
  yield* findSharedEmails(seed, store);
  yield* findBadScopes(seed, store);
  yield* findBadValues(seed);
}

import { isDate } from "node:util/types";

/**
 * A copy of claims as a token will contain them. What JSON cannot contain is an error here rather than
 * something that a token lacks.
 * @param {object} claims
 * @returns {Record<string, unknown>}
 */
export function jsonClaims(claims) {
  for (const [name, value] of Object.entries(claims)) {
    const found = foreignPart(value, []);
    if (found)
      throw new TypeError(`the claim "${name}" contains ${found}, which JSON cannot contain`);
  }
  return JSON.parse(JSON.stringify(claims));
}

/**
 * The first part of a value that would not survive JSON. A property that is undefined counts as absent,
 * and what has a method `toJSON`, such as a date, says itself what it becomes.
 * @param {any} given
 * @param {unknown[]} parents
 * @returns {string | undefined}
 */
function foreignPart(given, parents) {
  const isConverted = typeof given?.toJSON === "function" && !isInvalidDate(given);
  const value = isConverted ? given.toJSON() : given;
  if (isConverted && value === undefined) return "an object whose toJSON returns undefined";
  if (typeof value === "number" && !Number.isFinite(value)) return `the number ${value}`;
  if (["function", "symbol", "bigint"].includes(typeof value)) return `a ${typeof value}`;
  if (typeof value !== "object" || value === null) return;
  if (isInvalidDate(value)) return "an invalid date";
  if (parents.includes(value)) return "a reference to itself";
  if (!Array.isArray(value) && !isPlain(value)) return `an instance of ${nameOf(value)}`;
  for (const part of Object.values(value)) {
    const found = foreignPart(part, [...parents, value]);
    if (found) return found;
  }
}

/** @param {any} value */
const isInvalidDate = (value) => isDate(value) && Number.isNaN(value.getTime());

/**
 * Realms have an Object each, so that of a test may be another than this one.
 * @param {object} value
 */
export function isPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** @param {object} value */
const nameOf = (value) => value.constructor?.name || "a class";

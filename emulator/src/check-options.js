import { inspect } from "node:util";
import { suggest } from "./suggest.js";

/**
 * A test of a value, and what the value must be, in words.
 * @typedef {[isValid: (value: any) => boolean, meaning: string]} Rule
 */

/** @param {unknown} value */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** @type {(value: unknown) => boolean} */
const isText = (value) => typeof value === "string" && value !== "";
/** @param {unknown} value */
const areTexts = (value) => Array.isArray(value) && value.every(isText);

/** @satisfies {Record<string, Rule>} */
export const RULES = {
  text: [isText, "a string that is not empty"],
  texts: [areTexts, "a list of strings"],
  flag: [(value) => typeof value === "boolean", "true or false"],
  object: [isObject, "an object"],
  port: [
    (value) => Number.isInteger(value) && value >= 0 && value < 65_536,
    "a port number from 0 to 65535",
  ],
  host: [
    (value) => typeof value === "string" && /^[a-z0-9.-]+(:\d+)?$/i.test(value),
    "a host without a scheme or a path, such as login.example.com",
  ],
  count: [(value) => Number.isInteger(value) && value >= 0, "a whole number of 0 or more"],
  milliseconds: [(value) => Number.isFinite(value) && value >= 0, "a number of milliseconds"],
  seconds: [(value) => Number.isFinite(value) && value > 0, "a number of seconds above 0"],
  listener: [(value) => typeof value === "function", "a function"],
};

/**
 * Rejects options that are no object, unknown names, which are most likely typos, and impossible values.
 * An undefined value counts as absent.
 * @param {string} owner what the options belong to
 * @param {unknown} given
 * @param {Record<string, Rule>} rules
 */
export function checkOptions(owner, given, rules) {
  if (!isObject(given)) {
    throw new TypeError(`${owner} takes an object of options, not ${shown(given)}`);
  }
  for (const [name, value] of Object.entries(/** @type {object} */ (given))) {
    if (!Object.hasOwn(rules, name)) {
      const hint = suggest(name, Object.keys(rules));
      throw new TypeError(`Unknown option "${name}" of ${owner}. ${hint}`);
    }
    if (value !== undefined) checkValue(`The option "${name}" of ${owner}`, value, rules[name]);
  }
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {Rule} rule
 */
export function checkValue(name, value, [isValid, meaning]) {
  if (isValid(value)) return;
  throw new TypeError(`${name} must be ${meaning}, not ${shown(value)}`);
}

/**
 * A value as an error message quotes it: on one line, shortened, and without control characters.
 * @param {unknown} value
 */
export function shown(value) {
  const text = inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY, colors: false });
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

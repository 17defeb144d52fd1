import { validateHeaderName, validateHeaderValue } from "node:http";
import { checkValue, RULES, shown } from "../check-options.js";
import { suggest } from "../suggest.js";

/** @import { Fault } from "../../index.js" */
/** @import { Rule } from "../check-options.js" */

/** @typedef {(value: any) => boolean} Check */

/** A gibibyte: more would take longer than any test waits. */
const MOST_BYTES = 2 ** 30;
/** Parts that change only what another part sends, and what that can be. */
const DEPENDENT = /** @type {const} */ ({
  commit: ["status", "body", "reset", "hang"],
  headers: ["status", "body"],
});

/** @type {Check} */
const isDuration = (value) => Number.isFinite(value) && value >= 0;
/** @type {Check} */
const isCount = (value) => Number.isInteger(value) && value >= 0;
/** @type {Check} */
const isBoolean = (value) => typeof value === "boolean";
/** @type {Check} */
const areNames = (value) => Array.isArray(value) && value.every((name) => typeof name === "string");

/**
 * @param {...unknown} values
 * @returns {[Check, string]}
 */
const oneOf = (...values) => [(value) => values.includes(value), `one of ${values.join(", ")}`];

/**
 * What each part of a fault must be, as a check and in words.
 * @type {Record<keyof Fault, [Check, string]>}
 */
const PARTS = {
  delay: [isDuration, "a number of milliseconds"],
  status: [
    (value) => Number.isInteger(value) && value >= 200 && value <= 599,
    "a status from 200 to 599",
  ],
  headers: [areHeaders, "an object of valid headers"],
  body: [isStringifiable, "a string or a value that JSON can represent"],
  commit: [isBoolean, "a boolean"],
  reset: oneOf(true, false, "before", "after"),
  hang: oneOf(true, false, "before", "after", "body"),
  truncate: [(value) => isBoolean(value) || isCount(value), "a boolean or a number of bytes"],
  drip: [isDrip, "{ bytes?, every? }: a positive number of bytes, and milliseconds"],
  huge: [(value) => isCount(value) && value <= MOST_BYTES, `a number of bytes up to ${MOST_BYTES}`],
  missing: [areNames, "a list of names"],
  nulls: [areNames, "a list of names"],
  wrongTypes: [(value) => value === true || areNames(value), "true or a list of names"],
  repeatCursor: [isBoolean, "a boolean"],
  change: [(value) => typeof value === "function", "a function"],
};

/**
 * One without parts only counts the requests that it matches.
 * @type {Rule}
 */
const FAULT = [
  RULES.object[0],
  `an object such as { status: 503 }, with any of ${Object.keys(PARTS).join(", ")}`,
];

/**
 * Rejects a fault with an unknown part or an impossible value.
 * @param {Fault} what
 */
export function checkFault(what) {
  checkValue("A fault", what, FAULT);
  for (const [key, value] of Object.entries(what)) {
    if (!Object.hasOwn(PARTS, key)) {
      throw new TypeError(`Unknown fault "${key}". ${suggest(key, Object.keys(PARTS))}`);
    }
    const [isValid, meaning] = PARTS[/** @type {keyof Fault} */ (key)];
    if (value !== undefined && !isValid(value)) {
      throw new TypeError(`The fault "${key}" must be ${meaning}, not ${shown(value)}`);
    }
  }
  for (const [key, needed] of Object.entries(DEPENDENT)) {
    if (!what[/** @type {keyof Fault} */ (key)] || needed.some((one) => isUsed(what, one)))
      continue;
    const others = `${needed.slice(0, -1).join(", ")} or ${needed.at(-1)}`;
    throw new TypeError(`The fault "${key}" changes nothing without ${others}`);
  }
}

/**
 * An empty body is one, too.
 * @param {Fault} what
 * @param {keyof Fault} part
 */
const isUsed = (what, part) => (part === "body" ? what.body !== undefined : Boolean(what[part]));

/** @type {Check} */
function areHeaders(value) {
  if (typeof value !== "object" || value === null) return false;
  try {
    for (const [name, text] of Object.entries(value)) {
      validateHeaderName(name);
      validateHeaderValue(name, text);
    }
    return true;
  } catch {
    return false;
  }
}

/** @type {Check} */
function isStringifiable(value) {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}

/** @type {Check} */
function isDrip(value) {
  if (typeof value !== "object" || value === null) return false;
  const { bytes = 1, every = 0 } = value;
  return isCount(bytes) && bytes > 0 && isDuration(every);
}

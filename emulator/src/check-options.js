import { inspect } from "node:util";
import { isHostName, isRedirectUrl } from "./formats.js";
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

/** @param {unknown} value */
const isHost = (value) => isText(value) && isHostName(String(value).replace(/:\d{1,5}$/, ""));
/** @param {unknown} value */
const areRedirects = (value) =>
  Array.isArray(value) && value.every((url) => isText(url) && isRedirectUrl(url));

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
  host: [isHost, "a host without a scheme or a path, such as login.example.com"],
  count: [(value) => Number.isInteger(value) && value >= 0, "a whole number of 0 or more"],
  milliseconds: [(value) => Number.isFinite(value) && value >= 0, "a number of milliseconds"],
  seconds: [(value) => Number.isInteger(value) && value > 0, "a whole number of seconds above 0"],
  redirects: [
    areRedirects,
    "a list of URLs such as https://app.example.com/callback, without a fragment, and with no * but in the first label of the host",
  ],
  listener: [(value) => typeof value === "function", "a function"],
};

/** An option that is refused: the message is for JavaScript, the parts are for whoever names it otherwise. */
export class OptionError extends TypeError {
  /**
   * @param {string} message
   * @param {{ owner: string, key: string, reason: string, fix: string }} refusal
   */
  constructor(message, refusal) {
    super(message);
    this.refusal = refusal;
  }
}

/**
 * @param {string} owner
 * @param {string} key
 * @param {string} reason such as `must be …`
 * @param {string} [fix]
 */
export const badOption = (owner, key, reason, fix = "correct it") =>
  new OptionError(`The option "${key}" of ${owner} ${reason}`, { owner, key, reason, fix });

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
      const refusal = { owner, key: name, reason: "unknown option", fix: hint };
      throw new OptionError(`Unknown option "${name}" of ${owner}. ${hint}`, refusal);
    }
    const [isValid, meaning] = rules[name];
    if (value === undefined || isValid(value)) continue;
    throw badOption(owner, name, `must be ${meaning}, not ${shown(value)}`, `give ${meaning}`);
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

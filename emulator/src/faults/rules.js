import { validateHeaderName, validateHeaderValue } from "node:http";

const isAmount = (value) => Number.isFinite(value) && value >= 0;
const isCount = (value) => Number.isInteger(value) && value >= 0;
const isBoolean = (value) => typeof value === "boolean";
const isNames = (value) => Array.isArray(value) && value.every((name) => typeof name === "string");
const oneOf = (...values) => [(value) => values.includes(value), `one of ${values.join(", ")}`];

/** What each part of a fault may be, and how to say so. */
const KNOWN = {
  delay: [isAmount, "a number of milliseconds"],
  status: [
    (value) => Number.isInteger(value) && value >= 200 && value <= 599,
    "a status from 200 to 599",
  ],
  headers: [areHeaders, "an object of valid headers"],
  body: [isStringifiable, "a text, or something that JSON can hold"],
  commit: [isBoolean, "a boolean"],
  reset: oneOf(true, false, "before", "after"),
  hang: oneOf(true, false, "before", "after", "body"),
  truncate: [(value) => isBoolean(value) || isCount(value), "a boolean or a number of bytes"],
  drip: [isDrip, "{ bytes?, every? }, a positive number of bytes and milliseconds"],
  huge: [isCount, "a number of bytes"],
  missing: [isNames, "a list of names"],
  nulls: [isNames, "a list of names"],
  wrongTypes: [(value) => value === true || isNames(value), "true or a list of names"],
  repeatCursor: [isBoolean, "a boolean"],
  change: [(value) => typeof value === "function", "a function"],
};

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

function isStringifiable(value) {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}

function isDrip(value) {
  if (typeof value !== "object" || value === null) return false;
  const { bytes = 1, every = 0 } = value;
  return isCount(bytes) && bytes > 0 && isAmount(every);
}

/** Misbehaviour to come: which requests, what, and how often. */
export class Faults {
  #rules = [];
  #core;

  constructor(core) {
    this.#core = core;
  }

  /**
   * @param {string | RegExp | Function} match operation id, `METHOD /template`, `/template`, `*`, a
   *   pattern for `METHOD url`, or a function of the recorded request
   * @param {object} what
   * @param {number} [times] once unless given
   */
  add(match, what, times = 1) {
    checkWhat(what);
    const rule = { test: this.#matcher(match), what, remaining: times, hits: 0 };
    this.#rules.push(rule);
    return {
      get remaining() {
        return rule.remaining;
      },
      get hits() {
        return rule.hits;
      },
      remove: () => {
        rule.remaining = 0;
      },
    };
  }

  clear() {
    this.#rules = [];
  }

  /** The first rule that fits, one use of it spent. */
  take(recorded) {
    if (this.#rules.length === 0) return undefined;
    const rule = this.#rules.find((one) => one.remaining > 0 && one.test(recorded));
    if (!rule) return undefined;
    rule.remaining -= 1;
    rule.hits += 1;
    return rule.what;
  }

  #matcher(match) {
    if (typeof match === "function") return match;
    if (match instanceof RegExp) return ({ method, url }) => match.test(`${method} ${url}`);
    if (match === "*") return () => true;
    const names = (route) => [route.operation, `${route.method} ${route.template}`, route.template];
    if (!this.#core.routes.some((route) => names(route).includes(match))) {
      throw new TypeError(`No operation or route is called "${match}"`);
    }
    return (recorded) => recorded.template !== undefined && names(recorded).includes(match);
  }
}

function checkWhat(what) {
  for (const [key, value] of Object.entries(what)) {
    if (!Object.hasOwn(KNOWN, key)) {
      throw new TypeError(`Unknown fault "${key}". Known: ${Object.keys(KNOWN).join(", ")}`);
    }
    const [fits, meaning] = KNOWN[key];
    if (value !== undefined && !fits(value)) {
      throw new TypeError(`The fault "${key}" must be ${meaning}`);
    }
  }
}

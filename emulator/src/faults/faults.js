import { checkValue, shown } from "../check-options.js";
import { suggest } from "../suggest.js";
import { checkFault } from "./what.js";

/** @import { Rule as ValueRule } from "../check-options.js" */
/** @import { Fault, FaultHandle, FaultMatch } from "../../index.js" */
/** @import { Core, Route } from "../core.js" */
/** @import { RecordedRequest } from "../recorder.js" */

/**
 * @typedef {object} Rule
 * @property {number} id
 * @property {FaultMatch} match
 * @property {(recorded: RecordedRequest) => boolean} matches
 * @property {Fault} what
 * @property {number} remaining
 * @property {number} hits
 */

/** @type {ValueRule} */
const TIMES = [
  (times) => times === Number.POSITIVE_INFINITY || (Number.isInteger(times) && times > 0),
  "a whole number above 0, or Infinity",
];

/**
 * @param {unknown} match
 * @param {string[]} known
 */
function unknownRoute(match, known) {
  if (typeof match !== "string") {
    const meaning =
      'the name of an operation, "METHOD /route", "*", a regular expression or a function';
    return new TypeError(`A fault needs ${meaning} to match requests, not ${shown(match)}`);
  }
  const full = match.replace(/^(\w+ )?\//, "$1/api/v2/");
  const names = known.filter((name) => !name.startsWith("/"));
  const hint = known.includes(full) ? `Did you mean ${full}?` : suggest(match, names);
  return new UnknownRoute(`No operation or route is called "${match}"`, hint);
}

/** The message is for JavaScript, the parts are for whoever lists the routes otherwise. */
export class UnknownRoute extends TypeError {
  /**
   * @param {string} reason
   * @param {string} hint
   */
  constructor(reason, hint) {
    super(`${reason}. ${hint} See tenant.routes`);
    this.reason = reason;
    this.hint = hint;
  }
}

/** The faults to inject: into which requests, and how often. */
export class Faults {
  /** @type {Rule[]} */
  #rules = [];
  #nextId = 1;
  #core;

  /** @param {Core} core */
  constructor(core) {
    this.#core = core;
  }

  /**
   * @param {FaultMatch} match
   * @param {Fault} what
   * @param {number} [times]
   * @returns {FaultHandle}
   */
  add(match, what, times = 1) {
    checkFault(what);
    checkValue("The number of requests of a fault", times, TIMES);
    const matches = this.#matcher(match);
    const rule = { id: this.#nextId++, match, matches, what, remaining: times, hits: 0 };
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

  /** All faults, used up or not, oldest first. */
  list() {
    return this.#rules.map(({ id, match, what: fault, remaining, hits }) => ({
      id,
      match: typeof match === "string" ? match : String(match),
      fault,
      remaining,
      hits,
    }));
  }

  /** @param {number} id */
  remove(id) {
    const left = this.#rules.filter((rule) => rule.id !== id);
    const isRemoved = left.length < this.#rules.length;
    this.#rules = left;
    return isRemoved;
  }

  /**
   * The fault of the first rule that matches, which is thereby used once.
   * @param {RecordedRequest} recorded
   */
  take(recorded) {
    if (this.#rules.length === 0) return undefined;
    const rule = this.#rules.find((one) => one.remaining > 0 && one.matches(recorded));
    if (!rule) return undefined;
    rule.remaining -= 1;
    rule.hits += 1;
    return rule.what;
  }

  /**
   * @param {FaultMatch} match
   * @returns {Rule["matches"]}
   */
  #matcher(match) {
    if (typeof match === "function") return match;
    // A browser sends preflights by itself: a fault is meant for the request that follows.
    if (match instanceof RegExp) {
      return ({ operation, method, url }) =>
        operation !== "preflight" && match.test(`${method} ${url}`);
    }
    if (match === "*") return ({ operation }) => operation !== "preflight";
    const names = (/** @type {Partial<Route>} */ { operation, method, template }) => [
      operation,
      `${method} ${template}`,
      template,
    ];
    const known = this.#core.routes.flatMap(names).filter((name) => name !== undefined);
    if (!known.includes(match)) throw unknownRoute(match, known);
    return (recorded) => recorded.template !== undefined && names(recorded).includes(match);
  }
}

import { checkFault } from "./what.js";

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
    if (match instanceof RegExp) return ({ method, url }) => match.test(`${method} ${url}`);
    if (match === "*") return () => true;
    const names = (/** @type {Partial<Route>} */ { operation, method, template }) => [
      operation,
      `${method} ${template}`,
      template,
    ];
    if (!this.#core.routes.some((route) => names(route).includes(match))) {
      throw new TypeError(`No operation or route is called "${match}"`);
    }
    return (recorded) => recorded.template !== undefined && names(recorded).includes(match);
  }
}

const KNOWN = {
  delay: "number",
  status: "number",
  headers: "object",
  body: "any",
  commit: "boolean",
  reset: "any",
  hang: "any",
  truncate: "any",
  drip: "object",
  huge: "number",
  missing: "object",
  nulls: "object",
  wrongTypes: "any",
  repeatCursor: "boolean",
  change: "function",
};

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
    const type = KNOWN[key];
    if (type === undefined) {
      throw new TypeError(`Unknown fault "${key}". Known: ${Object.keys(KNOWN).join(", ")}`);
    }
    if (type !== "any" && value !== undefined && typeof value !== type) {
      throw new TypeError(`The fault "${key}" must be of type ${type}`);
    }
  }
}

import { ApiError } from "../errors.js";
import { dateIs, dateWithin } from "./log-dates.js";

/** @import { LogEvent } from "../store/model.js" */

/** @typedef {(row: LogEvent) => boolean} Condition */
/** @typedef {{ kind: string, text: string, match: RegExpExecArray }} Token */

const FIELDS = new Set([
  "client_id",
  "client_name",
  "connection",
  "connection_id",
  "date",
  "description",
  "hostname",
  "ip",
  "log_id",
  "organization_id",
  "strategy",
  "strategy_type",
  "type",
  "user_agent",
  "user_id",
  "user_name",
]);

const MAX_DEPTH = 50;

/**
 * Each kind of token at the current position. Characters that are operators in Lucene but not here
 * match nothing, unless they are escaped, so a query that uses them is rejected.
 * @type {[kind: string, pattern: RegExp][]}
 */
const TOKENS = [
  ["(", /\(/y],
  [")", /\)/y],
  ["operator", /(?:AND|OR|NOT)(?=[\s()]|$)/y],
  ["field", /([a-z_]+):/y],
  ["phrase", /"((?:[^"\\]|\\.)*)"/y],
  ["range", /([[{])\s*([^\s\]}]+)\s+TO\s+([^\s\]}]+)\s*([\]}])/y],
  ["word", /(?![-|])(?:\\.|(?!\|\|)[^\s\\"():[\]{}^~!/&+])+/y],
];

/** Recursive descent over the tokens of one query. */
class Parser {
  #text;
  /** @type {Token[]} */
  #tokens = [];
  #at = 0;
  #depth = 0;

  /** @param {string} text */
  constructor(text) {
    this.#text = text;
    let position = 0;
    const skipSpace = () => {
      while (/\s/.test(text[position] ?? "")) position += 1;
    };
    for (skipSpace(); position < text.length; skipSpace()) {
      const token = tokenAt(text, position) ?? this.#reject();
      this.#tokens.push(token);
      position += token.text.length;
    }
  }

  parse() {
    const condition = this.#alternatives();
    if (this.#at < this.#tokens.length) this.#reject();
    return condition;
  }

  /**
   * @param {string} [field] the field in front of the parentheses
   * @returns {Condition}
   */
  #alternatives(field) {
    const conditions = [this.#conjunction(field)];
    while (this.#takes("OR")) conditions.push(this.#conjunction(field));
    return (row) => conditions.some((condition) => condition(row));
  }

  /**
   * @param {string} [field]
   * @returns {Condition}
   */
  #conjunction(field) {
    const conditions = [this.#negatable(field)];
    while (this.#takes("AND") || this.#peek()?.text === "NOT") {
      conditions.push(this.#negatable(field));
    }
    return (row) => conditions.every((condition) => condition(row));
  }

  /**
   * @param {string} [field]
   * @returns {Condition}
   */
  #negatable(field) {
    let isNegated = false;
    while (this.#takes("NOT")) isNegated = !isNegated;
    const condition = this.#term(field);
    return isNegated ? (row) => !condition(row) : condition;
  }

  /**
   * A term without a field is rejected: Auth0 searches several fields for it, as words.
   * @param {string} [field]
   * @returns {Condition}
   */
  #term(field) {
    if (this.#takes("(")) return this.#group(field);
    const token = this.#next();
    if (token.kind === "field") {
      const [, name] = token.match;
      if (field !== undefined || !FIELDS.has(name)) this.#reject();
      return this.#takes("(") ? this.#group(name) : this.#value(name, this.#next());
    }
    return field === undefined ? this.#reject() : this.#value(field, token);
  }

  /**
   * @param {string} [field]
   * @returns {Condition}
   */
  #group(field) {
    if (++this.#depth > MAX_DEPTH) this.#reject();
    const condition = this.#alternatives(field);
    this.#depth -= 1;
    return this.#takes(")") ? condition : this.#reject();
  }

  /**
   * @param {string} field
   * @param {Token} token
   * @returns {Condition}
   */
  #value(field, { kind, text, match }) {
    if (!["phrase", "word", "range"].includes(kind)) this.#reject();
    if (field === "date") {
      const isDate =
        kind === "range" ? dateWithin(match) : dateIs(withoutEscapes(match[1] ?? text));
      return isDate ? (row) => isDate(Date.parse(row.date)) : this.#reject();
    }
    if (kind === "range") this.#reject();
    const matches = kind === "phrase" ? exactly(withoutEscapes(match[1])) : like(text);
    return ({ [field]: found }) => found !== undefined && found !== null && matches(String(found));
  }

  #peek() {
    return this.#tokens.at(this.#at);
  }

  #next() {
    return this.#tokens.at(this.#at++) ?? this.#reject();
  }

  /** @param {string} text of a parenthesis or an operator */
  #takes(text) {
    const token = this.#peek();
    const isThis = token !== undefined && token.kind !== "word" && token.text === text;
    if (isThis) this.#at += 1;
    return isThis;
  }

  /** @returns {never} */
  #reject() {
    throw new ApiError(400, `Failed to parse query: ${this.#text}`, {
      code: "invalid_query_string",
    });
  }
}

/**
 * @param {string} text
 * @param {number} position
 * @returns {Token | undefined}
 */
function tokenAt(text, position) {
  for (const [kind, pattern] of TOKENS) {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match) return { kind, text: match[0], match };
  }
  return undefined;
}

/** @param {string} text */
const withoutEscapes = (text) => text.replaceAll(/\\(.)/gs, "$1");

/** @param {string} value */
const exactly = (value) => (/** @type {string} */ found) => found === value;

/**
 * `*` stands for any characters and `?` for one, unless they are escaped.
 * @param {string} word
 */
function like(word) {
  const source = word.replaceAll(
    /\\(.)|(\*+)|(\?)|([^\\*?]+)/gs,
    (_all, escaped, any, one, rest) => {
      if (any) return ".*";
      return one ? "." : literal(escaped ?? rest);
    },
  );
  const pattern = new RegExp(`^${source}$`, "s");
  return (/** @type {string} */ found) => pattern.test(found);
}

/** @param {string} text */
const literal = (text) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/**
 * Parses the part of Lucene's query syntax that Auth0 documents for logs: fields with a word, a phrase
 * or a range of dates, joined by AND, OR and NOT. Anything else is rejected, because a search that
 * ignores half of its query would return the wrong events.
 * @param {string} text
 * @returns {Condition}
 */
export function parseLogQuery(text) {
  return new Parser(text).parse();
}

import { ApiError } from "../errors.js";

/**
 * What a field is compared with: a word, in which `*` and `?` are wildcards and a backslash escapes, a
 * phrase, already unescaped, or the brackets and bounds of a range.
 * @typedef {{ kind: "word" | "phrase", text: string }
 *   | { kind: "range", open: string, from: string, to: string, close: string }} Value
 */

/**
 * @template Row
 * @typedef {(row: Row) => boolean} Condition
 */

/**
 * Turns a field and a value into a condition, or into nothing if the field or the value is not
 * supported, and the query is rejected.
 * @template Row
 * @typedef {(field: string, value: Value) => Condition<Row> | undefined} Compare
 */

/** @typedef {{ kind: string, text: string, match: RegExpExecArray }} Token */

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
  ["field", /([\w.]+):/y],
  ["phrase", /"((?:[^"\\]|\\.)*)"/y],
  ["range", /([[{])\s*([^\s\]}]+)\s+TO\s+([^\s\]}]+)\s*([\]}])/y],
  ["word", /(?![-+<>=])(?:\\.|(?!\|\||&&)[^\s\\"():[\]{}^~!/])+/y],
];

/**
 * Recursive descent over the tokens of one query.
 * @template Row
 */
class Parser {
  #text;
  #compare;
  /** @type {Token[]} */
  #tokens = [];
  #at = 0;
  #depth = 0;

  /**
   * @param {string} text
   * @param {Compare<Row>} compare
   */
  constructor(text, compare) {
    this.#text = text;
    this.#compare = compare;
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
   * @returns {Condition<Row>}
   */
  #alternatives(field) {
    const conditions = [this.#conjunction(field)];
    while (this.#takes("OR")) conditions.push(this.#conjunction(field));
    return (row) => conditions.some((condition) => condition(row));
  }

  /**
   * @param {string} [field]
   * @returns {Condition<Row>}
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
   * @returns {Condition<Row>}
   */
  #negatable(field) {
    let isNegated = false;
    while (this.#takes("NOT")) isNegated = !isNegated;
    const condition = this.#term(field);
    return isNegated ? (row) => !condition(row) : condition;
  }

  /**
   * A term without a field is rejected, although Auth0 searches several fields for it, as words.
   * @param {string} [field]
   * @returns {Condition<Row>}
   */
  #term(field) {
    if (this.#takes("(")) return this.#group(field);
    const token = this.#next();
    if (token.kind === "field") {
      const [, name] = token.match;
      if (field !== undefined) this.#reject();
      return this.#takes("(") ? this.#group(name) : this.#value(name, this.#next());
    }
    return field === undefined ? this.#reject() : this.#value(field, token);
  }

  /**
   * @param {string} [field]
   * @returns {Condition<Row>}
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
   * @returns {Condition<Row>}
   */
  #value(field, token) {
    const value = readValue(token);
    return (value && this.#compare(field, value)) ?? this.#reject();
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

/**
 * @param {Token} token
 * @returns {Value | undefined}
 */
function readValue({ kind, text, match }) {
  if (kind === "word") return { kind, text };
  if (kind === "phrase") return { kind, text: withoutEscapes(match[1]) };
  if (kind !== "range") return undefined;
  const [, open, from, to, close] = match;
  return { kind, open, from: withoutQuotes(from), to: withoutQuotes(to), close };
}

/** @param {string} text */
export const withoutEscapes = (text) => text.replaceAll(/\\(.)/gs, "$1");

/** @param {string} text */
const withoutQuotes = (text) => text.replace(/^"(.*)"$/, "$1");

/**
 * The pattern of a word: `*` stands for any characters and `?` for one, unless they are escaped.
 * @param {string} word
 * @param {string} [flags]
 */
export function patternOf(word, flags = "") {
  const source = word.replaceAll(
    /\\(.)|(\*+)|(\?)|([^\\*?]+)/gs,
    (_all, escaped, any, one, rest) => {
      if (any) return ".*";
      return one ? "." : literal(escaped ?? rest);
    },
  );
  return new RegExp(`^${source}$`, `s${flags}`);
}

/** @param {string} text */
const literal = (text) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/**
 * Parses the part of Lucene's query syntax that Auth0 documents: fields with a word, a phrase or a
 * range, joined by AND, OR and NOT. Anything else is rejected, because a search that ignores part of
 * its query would return the wrong rows.
 * @template Row
 * @param {string} text
 * @param {Compare<Row>} compare
 * @returns {Condition<Row>}
 */
export function parseLucene(text, compare) {
  return new Parser(text, compare).parse();
}

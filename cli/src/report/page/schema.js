// The columns of the data, which the writer and the page share.

/** @typedef {import("../types.js").ColumnKind} ColumnKind */

/**
 * `text` is unique for most rows; a `word` is one of few, and `words` are several of few. Times are in seconds.
 * @type {Record<keyof import("../types.js").Row, ColumnKind>}
 */
export const COLUMNS = {
  id: "text",
  email: "text",
  name: "text",
  given: "text",
  addresses: "text",
  correlationId: "text",
  score: "number",
  sessions: "number",
  methods: "number",
  lastActivity: "number",
  expires: "number",
  time: "number",
  risk: "word",
  state: "word",
  outcome: "word",
  code: "word",
  error: "word",
  description: "word",
  providers: "words",
  devices: "words",
  countries: "words",
  signals: "words",
  effects: "words",
  notes: "words",
};

/**
 * The names of the columns of a kind.
 * @param {ColumnKind} kind
 */
export function columnsOf(kind) {
  return Object.entries(COLUMNS).flatMap(([name, its]) => (its === kind ? [name] : []));
}

/** Separates the addresses of a user; it is a control character, which no value contains. */
export const SEPARATOR = "\n";

/** A note that the page counts. */
export const MAY_EXIST = "Another link to reset the password may exist";

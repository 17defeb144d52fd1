// The order of rows by each column, computed once and kept.

/** @typedef {import("./data.js").Store} Store */
/** @typedef {{ column: string, descending: boolean }} Sort */

const RISK_ORDER = new Map([
  ["low", 1],
  ["medium", 2],
  ["high", 3],
  ["unknown", 0],
]);
const STATE_ORDER = new Map([
  ["left", 4],
  ["failed", 3],
  ["planned", 2],
  ["done", 1],
  ["skipped", 0],
]);

/** What each column sorts by; absent values, `""` and NaN, come last. @type {Record<string, (store: Store) => (row: number) => string | number>} */
const KEYS = {
  user: (store) => (row) => store.title(row).toLowerCase(),
  risk: (store) => (row) => {
    const level = RISK_ORDER.get(store.word("risk", row)) ?? Number.NaN;
    const score = store.number("score", row);
    return level * 1e9 + (Number.isNaN(score) ? 0 : score);
  },
  sessions: (store) => (row) => store.number("sessions", row),
  providers: (store) => (row) => store.list("providers", row).join(", ").toLowerCase(),
  devices: (store) => (row) => store.list("devices", row).join(", ").toLowerCase(),
  countries: (store) => (row) => store.list("countries", row).join(", ").toLowerCase(),
  lastActivity: (store) => (row) => store.number("lastActivity", row),
  status: (store) => (row) => STATE_ORDER.get(store.word("state", row)) ?? Number.NaN,
  error: (store) => (row) =>
    `${store.word("code", row)} ${store.word("error", row)}`.trim().toLowerCase(),
};

/** Orders of one store. */
export class Orders {
  #store;
  /** @type {Map<string, Uint32Array>} */
  #known = new Map();

  /** @param {Store} store */
  constructor(store) {
    this.#store = store;
  }

  /**
   * All rows in this order; rows that are equal stay in the order of the list.
   * @param {Sort} sort
   */
  get({ column, descending }) {
    const name = `${column} ${descending}`;
    const known = this.#known.get(name);
    if (known) return known;
    const rows = Uint32Array.from({ length: this.#store.rows }, (_, row) => row);
    const keyOf = KEYS[column]?.(this.#store);
    if (keyOf) sortBy(rows, numericKeys(Array.from(rows, keyOf)), descending ? -1 : 1);
    this.#known.set(name, rows);
    return rows;
  }
}

/**
 * Texts become their ranks, so that each is compared only once as a text.
 * @param {(string | number)[]} keys
 */
function numericKeys(keys) {
  if (typeof keys[0] !== "string") return Float64Array.from(/** @type {number[]} */ (keys));
  const sorted = [...new Set(keys)].sort();
  const ranks = new Map(sorted.map((key, rank) => [key, key === "" ? Number.NaN : rank]));
  return Float64Array.from(keys, (key) => ranks.get(key) ?? Number.NaN);
}

/**
 * @param {Uint32Array} rows
 * @param {Float64Array} keys
 * @param {1 | -1} sign
 */
function sortBy(rows, keys, sign) {
  const last = sign === 1 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  for (const row of rows) if (Number.isNaN(keys[row])) keys[row] = last;
  rows.sort((a, b) => {
    const [left = 0, right = 0] = [keys[a], keys[b]];
    return left === right ? a - b : sign * (left < right ? -1 : 1);
  });
}

// What users are counted and filtered by. A facet gives each row some of its labels.

import { countryName, deviceFamily, sentence, signalOf } from "./format.js";

/** @typedef {import("./data.js").Store} Store */
/** @typedef {import("./data.js").Words} Words */
/** @typedef {Words & { key: string, title: string, any: string, chart: string, ordered: boolean, counts: Uint32Array }} Facet */

const RISKS = ["high", "medium", "low", "unknown"];
const STATES = ["done", "failed", "left", "planned", "skipped"];
const BUCKETS = [0, 1, 2, 3, 4, 5, 6, 11, 21, 51];
const BUCKET_LABELS = ["0", "1", "2", "3", "4", "5", "6–10", "11–20", "21–50", "> 50"];

/**
 * In the order of the page.
 * @type {(Pick<Facet, "key" | "title" | "any" | "chart" | "ordered"> & { words(store: Store): Words })[]}
 */
const DEFINITIONS = [
  {
    key: "risk",
    title: "Risk",
    any: "Any risk",
    chart: "Risk levels",
    ordered: true,
    words: (store) => named(store, "risk", sentence, RISKS),
  },
  {
    key: "state",
    title: "Status",
    any: "Any status",
    chart: "",
    ordered: true,
    words: (store) => named(store, "state", sentence, STATES),
  },
  {
    key: "sessions",
    title: "Sessions",
    any: "Any number of sessions",
    chart: "Sessions per user",
    ordered: true,
    words: (store) => sessionBuckets(store),
  },
  {
    key: "provider",
    title: "Provider",
    any: "Any provider",
    chart: "Providers",
    ordered: false,
    words: (store) => named(store, "providers", String),
  },
  {
    key: "signal",
    title: "Risk signal",
    any: "Any signal",
    chart: "Risk signals",
    ordered: false,
    words: (store) => named(store, "signals", signalName),
  },
  {
    key: "device",
    title: "Device",
    any: "Any device",
    chart: "Devices",
    ordered: false,
    words: (store) => named(store, "devices", deviceFamily),
  },
  {
    key: "country",
    title: "Country",
    any: "Any country",
    chart: "Countries",
    ordered: false,
    words: (store) => named(store, "countries", countryName),
  },
  {
    key: "outcome",
    title: "Outcome",
    any: "Any outcome",
    chart: "",
    ordered: false,
    words: (store) => named(store, "outcome", String),
  },
];

/**
 * The facets for which there is data.
 * @param {Store} store
 * @returns {Facet[]}
 */
export function facetsOf(store) {
  return DEFINITIONS.flatMap(({ words, ...definition }) => {
    const found = words(store);
    return found.of.length > 0 ? [{ ...definition, ...found, counts: countAll(found) }] : [];
  });
}

/** @param {string} encoded */
const signalName = (encoded) => sentence(signalOf(encoded).id);

/**
 * The words of a column under the names by which they are counted; several words may have one name.
 * @param {Store} store
 * @param {keyof import("../types.js").Row} column
 * @param {(word: string) => string} nameOf
 * @param {string[]} first words that have their place even if no row has them
 * @returns {Words}
 */
function named(store, column, nameOf, first = []) {
  const words = /** @type {Words} */ (store.words.get(column));
  const labels = new Map(first.map((word, index) => [nameOf(word), index]));
  const names = words.labels.map((word) => {
    const name = word === "" ? "" : nameOf(word);
    if (name !== "" && !labels.has(name)) labels.set(name, labels.size);
    return labels.get(name) ?? -1;
  });
  return renumber(words, names, [...labels.keys()]);
}

/**
 * @param {Words} words
 * @param {number[]} names the new number of each word; below 0 it is left out
 * @param {string[]} labels
 * @returns {Words}
 */
function renumber(words, names, labels) {
  const start = new Uint32Array(words.start.length);
  const of = new Uint32Array(words.of.length);
  let end = 0;
  for (let row = 0; row + 1 < start.length; row += 1) {
    const first = end;
    for (let at = words.start[row] ?? 0; at < (words.start[row + 1] ?? 0); at += 1) {
      const name = names[words.of[at] ?? 0] ?? -1;
      if (name >= 0 && !isWithin(of, name, first, end)) of[end++] = name;
    }
    start[row + 1] = end;
  }
  return { labels, start, of: of.subarray(0, end) };
}

/**
 * Whether one of a few elements is this number.
 * @param {Uint32Array} numbers
 * @param {number} number
 * @param {number} first
 * @param {number} end
 */
function isWithin(numbers, number, first, end) {
  for (let at = first; at < end; at += 1) if (numbers[at] === number) return true;
  return false;
}

/**
 * @param {Store} store
 * @returns {Words}
 */
function sessionBuckets(store) {
  const start = new Uint32Array(store.rows + 1);
  const of = new Uint32Array(store.rows);
  let end = 0;
  for (let row = 0; row < store.rows; row += 1) {
    const sessions = store.number("sessions", row);
    if (sessions >= 0) of[end++] = BUCKETS.findLastIndex((from) => from <= sessions);
    start[row + 1] = end;
  }
  return { labels: BUCKET_LABELS, start, of: of.subarray(0, end) };
}

/** @param {Words} words */
function countAll({ labels, of }) {
  const counts = new Uint32Array(labels.length);
  for (const label of of) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/**
 * @param {Words} facet
 * @param {Uint32Array} rows
 */
export function countRows({ labels, start, of }, rows) {
  const counts = new Uint32Array(labels.length);
  for (const row of rows) {
    const end = start[row + 1] ?? 0;
    for (let at = start[row] ?? 0; at < end; at += 1) {
      const label = of[at] ?? 0;
      counts[label] = (counts[label] ?? 0) + 1;
    }
  }
  return counts;
}

/**
 * @param {Words} facet
 * @param {number} row
 * @param {number} label
 */
export const hasLabel = ({ start, of }, row, label) =>
  isWithin(of, label, start[row] ?? 0, start[row + 1] ?? 0);

/**
 * The labels that some row has: the most frequent first, unless they have an order of their own.
 * @param {Facet} facet
 * @param {Uint32Array} counts
 */
export function rankedLabels({ labels, ordered }, counts) {
  const ranked = labels.map((_, label) => label).filter((label) => (counts[label] ?? 0) > 0);
  if (!ordered) ranked.sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0));
  return ranked;
}

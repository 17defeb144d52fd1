// Which rows are shown, and in which order.

import { facetsOf, hasLabel } from "./facets.js";
import { countryName } from "./format.js";
import { Orders } from "./order.js";

/** @typedef {import("./data.js").Store} Store */
/** @typedef {import("./order.js").Sort} Sort */

const SLICE = 5000;

export class View {
  /** @type {((rows: Uint32Array) => void)[]} */
  #listeners = [];
  /** The label that each facet is filtered by. @type {Map<string, number>} */
  #chosen = new Map();
  /** @type {string[]} */
  #terms = [];
  /** What is searched, row by row. @type {string[]} */
  #searchable = [];

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.facets = facetsOf(store);
    this.orders = new Orders(store);
    const hasRisk = this.facets.some(({ key }) => key === "risk");
    /** @type {Sort} */
    this.sort = { column: hasRisk ? "risk" : "status", descending: true };
    this.rows = new Uint32Array();
  }

  get isFiltered() {
    return this.#chosen.size > 0 || this.#terms.length > 0;
  }

  /** @param {string} key */
  chosen(key) {
    return this.#chosen.get(key);
  }

  /** @param {(rows: Uint32Array) => void} listener */
  onChange(listener) {
    this.#listeners.push(listener);
  }

  /**
   * @param {string} key
   * @param {number | undefined} label
   */
  choose(key, label) {
    if (label === undefined) this.#chosen.delete(key);
    else this.#chosen.set(key, label);
    this.update();
  }

  /** @param {string} query all of its words must occur, in any order */
  search(query) {
    this.#terms = query.toLowerCase().split(/\s+/).filter(Boolean);
    this.update();
  }

  /** @param {Sort} sort */
  sortBy(sort) {
    this.sort = sort;
    this.update();
  }

  clear() {
    this.#chosen.clear();
    this.#terms = [];
    this.update();
  }

  update() {
    if (this.#terms.length > 0) this.#prepare(this.store.rows);
    const filters = this.facets.flatMap((facet) => {
      const label = this.#chosen.get(facet.key);
      return label === undefined ? [] : [{ facet, label }];
    });
    this.rows = this.orders.get(this.sort).filter((row) => {
      return filters.every(({ facet, label }) => hasLabel(facet, row, label)) && this.#matches(row);
    });
    for (const listener of this.#listeners) listener(this.rows);
  }

  /** @param {number} row */
  #matches(row) {
    const text = this.#searchable[row] ?? "";
    return this.#terms.every((term) => text.includes(term));
  }

  /** Prepares the search while nothing else happens, so that the first one is fast too. */
  prepareSearch() {
    this.#prepare(this.#searchable.length + SLICE);
    if (this.#searchable.length < this.store.rows) setTimeout(() => this.prepareSearch());
    else performance.mark("search-ready");
  }

  /** @param {number} end */
  #prepare(end) {
    const last = Math.min(end, this.store.rows);
    for (let row = this.#searchable.length; row < last; row += 1) {
      this.#searchable.push(searchableText(this.store, row));
    }
  }
}

/**
 * @param {Store} store
 * @param {number} row
 */
function searchableText(store, row) {
  const parts = [
    store.text("email", row),
    store.text("id", row),
    store.text("name", row),
    store.text("given", row),
    store.text("addresses", row),
    store.text("correlationId", row),
    store.word("outcome", row),
    store.word("error", row),
    store.word("description", row),
    ...store.list("providers", row),
    ...store.list("devices", row),
    ...store.list("countries", row).flatMap((one) => [one, countryName(one)]),
  ];
  return parts.join("\n").toLowerCase();
}

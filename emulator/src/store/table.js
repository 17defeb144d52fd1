/**
 * Rows by key, with an index by owner so that one user's rows are found without a scan.
 * @template {object} Row
 */
export class Table {
  #key;
  #owner;
  /** @type {Map<unknown, Row>} */
  #rows = new Map();
  /** @type {Map<unknown, Set<Row>>} */
  #owned = new Map();

  /**
   * @param {keyof Row} key the property that identifies a row
   * @param {keyof Row} [owner] the property that identifies its owner
   */
  constructor(key, owner) {
    this.#key = key;
    this.#owner = owner;
  }

  get size() {
    return this.#rows.size;
  }

  /** @param {string | undefined} key */
  get(key) {
    return this.#rows.get(key);
  }

  /** @param {string | undefined} key */
  has(key) {
    return this.#rows.has(key);
  }

  /**
   * Adds a row, or replaces the one with the same key.
   * @param {Row} row
   */
  set(row) {
    const key = row[this.#key];
    this.#remove(key);
    this.#rows.set(key, row);
    const owner = this.#ownerOf(row);
    const siblings = this.#owned.get(owner) ?? new Set();
    this.#owned.set(owner, siblings.add(row));
    return row;
  }

  /** @param {string | undefined} key */
  delete(key) {
    return this.#remove(key);
  }

  deleteOldest() {
    const [key] = this.#rows.keys();
    return this.#remove(key);
  }

  values() {
    return [...this.#rows.values()];
  }

  /** @param {(row: Row) => void} visit */
  forEach(visit) {
    this.#rows.forEach((row) => {
      visit(row);
    });
  }

  /**
   * The rows of one owner, in the order in which they were added.
   * @param {string | undefined} owner
   */
  of(owner) {
    return [...(this.#owned.get(owner) ?? [])];
  }

  /** @param {unknown} key */
  #remove(key) {
    const row = this.#rows.get(key);
    if (!row) return false;
    const owner = this.#ownerOf(row);
    const siblings = this.#owned.get(owner);
    siblings?.delete(row);
    if (siblings?.size === 0) this.#owned.delete(owner);
    return this.#rows.delete(key);
  }

  /** @param {Row} row */
  #ownerOf(row) {
    return this.#owner && row[this.#owner];
  }
}

/** Rows by key, with an index by owner so that one user's rows are found without a scan. */
export class Table {
  #key;
  #owner;
  #rows = new Map();
  #owned = new Map();

  /**
   * @param {string} key   the property that names a row
   * @param {string} [owner] the property that names its owner
   */
  constructor(key, owner) {
    this.#key = key;
    this.#owner = owner;
  }

  get size() {
    return this.#rows.size;
  }

  get(key) {
    return this.#rows.get(key);
  }

  has(key) {
    return this.#rows.has(key);
  }

  set(row) {
    const key = row[this.#key];
    this.delete(key);
    this.#rows.set(key, row);
    const owner = row[this.#owner];
    if (!this.#owned.has(owner)) this.#owned.set(owner, new Set());
    this.#owned.get(owner).add(row);
    return row;
  }

  delete(key) {
    const row = this.#rows.get(key);
    if (!row) return false;
    const siblings = this.#owned.get(row[this.#owner]);
    siblings.delete(row);
    if (siblings.size === 0) this.#owned.delete(row[this.#owner]);
    return this.#rows.delete(key);
  }

  /** Forgets the oldest row. */
  deleteOldest() {
    const [key] = this.#rows.keys();
    return this.delete(key);
  }

  values() {
    return [...this.#rows.values()];
  }

  /** Rows of one owner, oldest entry first. */
  of(owner) {
    return [...(this.#owned.get(owner) ?? [])];
  }
}

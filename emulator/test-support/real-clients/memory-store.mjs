/** A store as the documentation of auth0-server-js asks for, in memory. */
export class MemoryStore {
  #rows = new Map();
  async get(id) {
    return this.#rows.get(id);
  }
  async set(id, row) {
    this.#rows.set(id, row);
  }
  async delete(id) {
    this.#rows.delete(id);
  }
  async deleteByLogoutToken({ sid }) {
    for (const [id, row] of this.#rows) if (row.internal.sid === sid) this.#rows.delete(id);
  }
}

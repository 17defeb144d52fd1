/**
 * What the search for users sees: for a while after a write of the Management API, the users as they
 * were before it. Reading by id or email is never late.
 */
export class SearchIndex {
  #core;
  #past = [];

  constructor(core) {
    this.#core = core;
  }

  /** Before a write. */
  keep() {
    const { clock, options, store } = this.#core;
    if (options.searchDelay === 0) return;
    const users = structuredClone(store.users.values());
    this.#past.push({ until: clock.now() + options.searchDelay, users });
  }

  users() {
    const now = this.#core.clock.now();
    this.#past = this.#past.filter(({ until }) => until > now);
    return this.#past[0]?.users ?? this.#core.store.users.values();
  }

  clear() {
    this.#past = [];
  }
}

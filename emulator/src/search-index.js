/** @import { Core } from "./core.js" */
/** @import { User } from "./store/model.js" */

/**
 * What the user search sees: for `searchDelay` after a write through the Management API, the users
 * as they were before it. Reads by id or by email are never stale.
 */
export class SearchIndex {
  #core;
  /** @type {{ until: number, users: User[] }[]} */
  #snapshots = [];

  /** @param {Core} core */
  constructor(core) {
    this.#core = core;
  }

  /** Remembers the current users. Called before each write. */
  keep() {
    const { clock, options, store } = this.#core;
    if (options.searchDelay === 0) return;
    const users = structuredClone(store.users.values());
    this.#snapshots.push({ until: clock.now() + options.searchDelay, users });
  }

  users() {
    const now = this.#core.clock.now();
    this.#snapshots = this.#snapshots.filter(({ until }) => until > now);
    return this.#snapshots[0]?.users ?? this.#core.store.users.values();
  }

  clear() {
    this.#snapshots = [];
  }
}

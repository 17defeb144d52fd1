// Users that were begun and have no outcome.

import { field } from "./fields.js";

/** @typedef {import("./types.js").IntentRecord} IntentRecord */

/** Remembers only what is open, which during a run is as much as it does at a time. */
export class Left {
  /** @type {Map<string, IntentRecord>} */
  #open = new Map();

  /** @param {IntentRecord} record */
  begin(record) {
    const [key = `#${this.#open.size}`] = keysOf(record);
    this.#open.set(key, record);
  }

  /**
   * A skipped user was not done by this record, so an earlier beginning stays open.
   * @param {object} result
   */
  settle(result) {
    if (field(result, "skipped") !== undefined) return;
    for (const key of keysOf(result)) this.#open.delete(key);
  }

  records() {
    return this.#open.values();
  }
}

/**
 * The same user under each name: as given first, because a beginning has no other, then as resolved.
 * @param {object} record
 */
function keysOf(record) {
  const user = field(record, "user");
  const names = [user, field(user, "id"), field(user, "user_id"), field(user, "email")];
  names.push(field(record, "userId"), field(record, "userEmail"));
  return names.filter((name) => typeof name === "string");
}

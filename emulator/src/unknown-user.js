import { shown } from "./check-options.js";
import { suggest } from "./suggest.js";

/** @import { Store } from "./store/store.js" */

/** Rows of a user who has not existed since the last reset: most likely a typo, which an empty list would hide. */
export class UnknownUser extends TypeError {
  /**
   * @param {unknown} id
   * @param {string} hint
   */
  constructor(id, hint) {
    const reason = `the tenant has had no user with the id ${shown(id)} since the last reset`;
    super(`${reason[0].toUpperCase()}${reason.slice(1)}. ${hint}`);
    this.refusal = { key: "user_id", reason, fix: hint };
  }
}

/**
 * The rows of a user, which are none once the user is deleted.
 * @template Row
 * @param {Store} store
 * @param {string} userId
 * @param {Row[]} rows
 */
export function rowsOfUser(store, userId, rows) {
  // The log may tell of users who exist elsewhere, or whose login failed.
  const isKnown = rows.length > 0 || store.users.has(userId) || store.formerUsers.has(userId);
  if (isKnown) return rows;
  const ids = store.users.values().map((user) => user.user_id);
  throw new UnknownUser(userId, suggest(String(userId), ids));
}

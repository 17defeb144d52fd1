import { keyOf, keyOfId } from "../users/reference.js";
import { isFailed } from "./records.js";

/**
 * @import { User } from "../users/reference.js"
 * @import { End, Header, List, Outcome, Record_ } from "./records.js"
 */

/** What a journal says about its users, as a resumed run needs it. */
export class JournalState {
  /** @type {Header | undefined} */
  header;
  /** The paths of the files with the tickets of this run. */
  ticketFiles = new Set();
  /** The list of the latest run. @type {List | undefined} */
  list;
  /** How the latest run ended; undefined if it was killed, or is still running. @type {End | undefined} */
  end;
  /** Users with an outcome, by the key as given and by the resolved id. */
  #done = new Set();
  /** The resolved id of a user who was a duplicate of another mention. */
  #sameAs = new Map();
  /** Users whose latest outcome is a failure. */
  #failed = new Set();
  /** @type {Map<string, User>} users with an intent of the latest run, but no outcome */
  #begun = new Map();
  /** @type {Map<string, User>} users for whom an earlier run, or a failed attempt, may have changed something */
  #inDoubt = new Map();

  /** How many users failed at last. */
  get failures() {
    return this.#failed.size;
  }

  /** @param {User} user */
  hasFailed(user) {
    return this.#failed.has(keyOf(user));
  }

  /** Users with an intent and no outcome. */
  unfinished() {
    const users = [...this.#inDoubt.values(), ...this.#begun.values()];
    return users.filter((user) => !this.isDone(user, {}));
  }

  /**
   * @param {User} user
   * @param {{ retryFailed?: boolean }} options
   */
  isDone(user, { retryFailed }) {
    const key = keyOf(user);
    if (retryFailed && this.#failed.has(key)) return false;
    return this.#done.has(key) || this.#done.has(this.#sameAs.get(key));
  }

  /**
   * Whether an earlier attempt may have changed something, perhaps under another name of the same user.
   * @param {User} user
   * @param {string} [userId] as resolved
   */
  mayHaveChanged(user, userId) {
    const keys = userId === undefined ? [keyOf(user)] : [keyOf(user), keyOfId(userId)];
    if (keys.some((key) => this.#begun.has(key) || this.#inDoubt.has(key))) return true;
    return keys.some((key) => this.#done.has(key) && !this.#failed.has(key));
  }

  /** @param {Record_} record */
  add(record) {
    if (record.type === "journal") this.header = record;
    if (record.type === "journal" || record.type === "resumed") {
      this.ticketFiles.add(record.tickets);
      this.list = record.list;
    }
    this.end = record.type === "end" ? record : undefined;
    if (record.type === "intent") this.#begin(record.user);
    if (record.type === "outcome") this.#finish(/** @type {Outcome} */ (record));
    if (record.type === "resumed") this.#doubtWhatWasBegun();
    if (record.type === "end" && record.settled) this.#begun.clear();
  }

  /** @param {User} user */
  #begin(user) {
    const key = keyOf(user);
    if (!this.#inDoubt.has(key)) this.#begun.set(key, user);
  }

  #doubtWhatWasBegun() {
    for (const [key, user] of this.#begun) this.#inDoubt.set(key, user);
    this.#begun.clear();
  }

  /** @param {Outcome} outcome */
  #finish(outcome) {
    const key = keyOf(outcome.user);
    const id = outcome.userId === undefined ? key : keyOfId(outcome.userId);
    // A duplicate says nothing about its user: the outcome of the first mention counts.
    if (outcome.skipped === "duplicate") return void (id !== key && this.#sameAs.set(key, id));
    const keys = isFailed(outcome) ? [key] : [key, id];
    for (const one of keys) {
      this.#done.add(one);
      this.#begun.delete(one);
      this.#inDoubt.delete(one);
    }
    this.#judge(key, outcome);
  }

  /**
   * @param {string} key
   * @param {Outcome} outcome
   */
  #judge(key, outcome) {
    if (!isFailed(outcome)) return void this.#failed.delete(key);
    this.#failed.add(key);
    if (outcome.mayHaveBeenIssued || mayHaveTicket(outcome)) this.#inDoubt.set(key, outcome.user);
  }
}

/**
 * Whether a failed attempt may have created a ticket.
 * @param {Outcome} outcome
 */
function mayHaveTicket({ effects = [] }) {
  return effects.some(
    (/** @type {{ step: string, state: string }} */ { step, state }) =>
      step === "ticket" && state !== "notDone",
  );
}

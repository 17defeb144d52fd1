/**
 * @import { User } from "../users/reference.js"
 * @import { RunJournal } from "./run-journal.js"
 */

/** What the list has turned out to be so far. */
export class Feed {
  /** Users whom an earlier run has done. */
  doneBefore = 0;
  /** Users who failed in an earlier run and are left alone. */
  failedBefore = 0;
  /** Users who failed in an earlier run and are attempted again. */
  retried = 0;
  /** Whether the list was read to its end. */
  isDrained = false;
  /** @type {Map<number, User>} users who were passed on, by their position, until their result is recorded */
  pending = new Map();
  #count = 0;
  #journal;
  #options;
  #signal;

  /**
   * @param {RunJournal} journal
   * @param {{ retryFailed?: boolean }} options
   * @param {AbortSignal} signal of the run: nobody is passed on after it
   */
  constructor(journal, options, signal) {
    this.#journal = journal;
    this.#options = options;
    this.#signal = signal;
  }

  /** How many users of the list an earlier run has dealt with. */
  get before() {
    return this.doneBefore + this.failedBefore;
  }

  /** How many users were read from the list. */
  get read() {
    return this.before + this.#count;
  }

  /**
   * Passes on the users who are not done. Each has an intent in the journal before the library knows about the user, so
   * that a kill at any moment leaves a trace of everything that may have been changed.
   * @param {AsyncIterable<User>} users
   */
  async *run(users) {
    for await (const user of users) {
      this.#signal.throwIfAborted();
      if (this.#journal.state.isDone(user, this.#options)) {
        if (this.#journal.state.hasFailed(user)) this.failedBefore += 1;
        else this.doneBefore += 1;
        continue;
      }
      if (this.#journal.state.hasFailed(user)) this.retried += 1;
      this.#journal.append({ type: "intent", user });
      this.pending.set(this.#count++, user);
      yield user;
    }
    this.isDrained = true;
  }
}

/**
 * The same users, after the first of them has been read: an empty list is an error before anything is begun.
 * @param {AsyncIterable<User>} users
 * @returns {Promise<AsyncIterable<User> | undefined>} undefined if there are none
 */
export async function unlessEmpty(users) {
  const iterator = users[Symbol.asyncIterator]();
  const first = await iterator.next();
  return first.done ? undefined : startingWith(first.value, iterator);
}

/**
 * @param {User} first
 * @param {AsyncIterator<User>} rest
 */
async function* startingWith(first, rest) {
  try {
    yield first;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

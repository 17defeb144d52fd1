"use strict";

// The users of a selection, of which the core sends one group after the other. It starts when it is first used.

/**
 * @import { CallOptions, SelectedUser, UserSelector } from "../../index.d.ts"
 * @import { Selection as Started, Service } from "../../types/core.d.ts"
 */

const { signalOf, whenAborted } = require("../cancellation.js");
const { core, resultOf } = require("../core.js");
const { wrongType } = require("../errors.js");
const { replyTo } = require("../results.js");

/** @implements {AsyncIterable<SelectedUser>} */
class UserSelection {
  #service;
  #selector;
  #options;
  /** @type {Promise<boolean>} */
  #complete;
  /** @type {(complete: boolean) => void} */
  #resolve = () => {};
  /** @type {(error: unknown) => void} */
  #reject = () => {};
  #isUsed = false;
  #isStopped = false;
  /** @type {Started | undefined} */
  #started;
  /** @type {string | undefined} */
  #reason;

  /**
   * @param {Service} service
   * @param {UserSelector} selector
   * @param {CallOptions} [options]
   */
  constructor(service, selector, options) {
    this.#service = service;
    this.#selector = selector;
    this.#options = options;
    this.#complete = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // The iteration reports the same error.
    this.#complete.catch(() => {});
  }

  get [Symbol.toStringTag]() {
    return "UserSelection";
  }

  /** Whether everybody was selected; known at the end of the iteration. */
  get complete() {
    return this.#complete;
  }

  /** Why somebody may be missing. */
  get incompleteReason() {
    return this.#reason;
  }

  [Symbol.asyncIterator]() {
    const users = this.#iterate();
    return {
      next: () => users.next(),
      // A generator would wait for the users that are on their way, which may take Auth0 minutes.
      return: () => {
        this.#stop();
        return users.return(undefined);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async *#iterate() {
    if (this.#isUsed) {
      throw wrongType("A selection can be iterated over once. Call selectUsers again.");
    }
    this.#isUsed = true;
    try {
      this.#started = this.#start();
      yield* this.#users(this.#started);
    } catch (error) {
      this.#reject(error);
      throw error;
    } finally {
      this.#stop();
    }
  }

  #stop() {
    this.#isStopped = true;
    if (this.#started) core().stopSelection(this.#started);
    // Whoever leaves the loop early has not seen everybody.
    this.#resolve(false);
  }

  /** @param {Started} started */
  async *#users(started) {
    const signal = signalOf(this.#options);
    for (;;) {
      signal?.throwIfAborted();
      const reply = replyTo((number) => core().nextUsers(this.#service, started, number));
      const answer = await (signal ? unlessAborted(signal, reply) : reply);
      if (this.#isStopped) return;
      const next = resultOf(answer);
      if (next.end) {
        this.#reason = next.end.reason;
        return this.#resolve(next.end.complete);
      }
      yield* /** @type {SelectedUser[]} */ (next.users);
    }
  }

  #start() {
    signalOf(this.#options);
    return resultOf(core().startSelection(this.#service, [this.#selector, this.#options]));
  }
}

/**
 * Rejects as soon as the signal fires.
 * @template T
 * @param {AbortSignal} signal
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
function unlessAborted(signal, promise) {
  return new Promise((resolve, reject) => {
    const release = whenAborted(signal, reject);
    promise.then(resolve, reject).finally(release);
  });
}

module.exports = { UserSelection };

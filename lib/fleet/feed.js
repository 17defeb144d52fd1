"use strict";

// Gives the users of a list to a run of the core, as far as it has room for them.

/**
 * @import { FleetUsers, UserRef } from "../../index.d.ts"
 * @import { Fleet } from "../../types/core.d.ts"
 * @typedef {(user: UserRef) => boolean | Promise<boolean>} Skip
 */

const { core } = require("../core.js");
const { wrongType } = require("../errors.js");

/** What the core knows of a user who is left out, or who cannot be read. */
const SKIPPED = 1;
const UNREADABLE = 2;

class Feed {
  #fleet;
  #iterator;
  #skip;
  /** How many users the core has room for, apart from those collected here. @type {number} */
  #room;
  /** @type {(() => void) | undefined} */
  #wake;
  #isStopped = false;
  /** Whether the list has ended by itself, and needs no closing. */
  #isAtEnd = false;
  /** What the core gets next. @type {UserRef[]} */
  #users = [];
  /** What the core should know of each. @type {number[]} */
  #known = [];
  #index = 0;
  /** Users without a result, as they were given, by index. @type {Map<number, UserRef>} */
  #given = new Map();

  /**
   * @param {Fleet} fleet
   * @param {Iterator<UserRef> | AsyncIterator<UserRef>} iterator
   * @param {Skip} [skip]
   */
  constructor(fleet, iterator, skip) {
    this.#fleet = fleet;
    this.#iterator = iterator;
    this.#skip = skip;
    this.#room = core().tookResults(fleet, 0);
  }

  /** Ends with the list, or when the run is stopped. */
  async run() {
    for (;;) {
      if (this.#users.length >= this.#room) await this.#hasRoom();
      if (this.#isStopped) return;
      const asked = this.#ask();
      // A list that does not wait is read without waiting.
      const next = typeof asked?.then === "function" ? await this.#answer(asked) : asked;
      if (this.#isStopped) return;
      const value = this.#valueOf(next);
      if (this.#isAtEnd) break;
      const skipped = this.#skip ? Boolean(await this.#skip(value)) : false;
      this.#add(value, skipped);
    }
    this.#flush();
    core().endUsers(this.#fleet);
  }

  /** The list is not read any further. What was read counts as not started. */
  stop() {
    if (this.#isStopped) return;
    this.#flush();
    this.#isStopped = true;
    this.#wake?.();
    if (this.#isAtEnd) return;
    // It may never settle: a generator can wait for something that does not happen.
    Promise.resolve()
      .then(() => this.#iterator.return?.())
      .catch(() => {});
  }

  /** @returns {any} */
  #ask() {
    try {
      return this.#iterator.next();
    } catch (error) {
      this.#isAtEnd = true;
      throw error;
    }
  }

  /** @param {PromiseLike<any>} asked */
  async #answer(asked) {
    try {
      return await asked;
    } catch (error) {
      this.#isAtEnd = true;
      throw error;
    }
  }

  /** The next user; at the end, nothing. @param {any} next */
  #valueOf(next) {
    this.#isAtEnd = typeof next !== "object" || next === null || Boolean(next.done);
    if (typeof next !== "object" || next === null) {
      throw wrongType("users must be an iterable whose iterator returns objects.");
    }
    return next.value;
  }

  /** @param {number} results that were used */
  took(results) {
    this.#room = core().tookResults(this.#fleet, results);
    if (this.#room > this.#users.length) this.#wake?.();
  }

  /**
   * The user with this index as given, once.
   * @param {number} index
   */
  takeGiven(index) {
    const user = /** @type {UserRef} */ (this.#given.get(index));
    this.#given.delete(index);
    return user;
  }

  /**
   * @param {UserRef} user
   * @param {boolean} skipped
   */
  #add(user, skipped) {
    this.#given.set(this.#index, user);
    this.#index += 1;
    this.#users.push(user);
    this.#known.push(skipped ? SKIPPED : 0);
    if (this.#users.length >= this.#room) this.#flush();
    // What is read within one turn of the event loop is given at once, and nothing waits for a slow list.
    else if (this.#users.length === 1) setImmediate(() => this.#flush());
  }

  #flush() {
    if (this.#users.length === 0 || this.#isStopped) return;
    const [users, known] = [this.#users, this.#known];
    this.#users = [];
    this.#known = [];
    try {
      this.#give(users, known);
    } catch {
      for (const [index, user] of users.entries()) this.#giveOne(user, known[index]);
    }
  }

  /** @param {UserRef} user @param {number} [known] */
  #giveOne(user, known = 0) {
    try {
      this.#give([user], [known]);
    } catch {
      // A getter throws. The user fails alone.
      this.#give([""], [UNREADABLE]);
    }
  }

  /** @param {UserRef[]} users @param {number[]} known */
  #give(users, known) {
    this.#room = core().giveUsers(this.#fleet, users, known);
  }

  /** @returns {Promise<void>} */
  #hasRoom() {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/**
 * Opens the list when it is called.
 * @param {FleetUsers} users
 * @returns {() => Iterator<UserRef> | AsyncIterator<UserRef>}
 */
function openerOf(users) {
  const given = /** @type {any} */ (users);
  if (typeof given === "object" && given !== null) {
    const open = given[Symbol.asyncIterator] ?? given[Symbol.iterator];
    if (typeof open === "function") return () => open.call(given);
  }
  throw wrongType(
    "users must be an array or another iterable of users, such as [{ email }] or selectUsers(…).",
  );
}

/**
 * The length of a list that has one.
 * @param {any} users
 * @returns {number | undefined}
 */
function lengthOf(users) {
  if (Array.isArray(users)) return users.length;
  return users instanceof Set ? users.size : undefined;
}

module.exports = { Feed, lengthOf, openerOf };

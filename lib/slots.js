"use strict";

// Values that come and go, each under a number.

/** At the beginning. It doubles whenever half of the slots are in use, and never shrinks. */
const SLOTS = 64;

/**
 * Does what a `Map` does with increasing keys, without leaving its tables behind: V8 replaces the table of a `Map` after
 * so many additions and deletions, and lets the old one refer to the new one. As soon as one of them has survived long
 * enough, every later one survives with it, and whatever was in them, until the whole heap is searched.
 * @template {{ number: number }} T
 */
class Slots {
  /** @type {(T | undefined)[]} at the number modulo the length */
  #slots = new Array(SLOTS).fill(undefined);
  #used = 0;
  #lastNumber = 0;

  /**
   * Gives the value a number that no value has had before.
   * @param {T} value
   */
  add(value) {
    if (2 * this.#used >= this.#slots.length) this.#grow();
    do this.#lastNumber += 1;
    while (this.#slots[this.#lastNumber % this.#slots.length]);
    value.number = this.#lastNumber;
    this.#slots[value.number % this.#slots.length] = value;
    this.#used += 1;
    return value.number;
  }

  /** @param {number} number perhaps of a value that is gone */
  get(number) {
    const value = this.#slots[number % this.#slots.length];
    return value?.number === number ? value : undefined;
  }

  /** @param {number} number */
  delete(number) {
    if (!this.get(number)) return;
    this.#slots[number % this.#slots.length] = undefined;
    this.#used -= 1;
  }

  /** Numbers that differ modulo the length differ modulo twice the length, so no two values meet in a slot. */
  #grow() {
    const slots = new Array(2 * this.#slots.length).fill(undefined);
    for (const value of this.#slots) if (value) slots[value.number % slots.length] = value;
    this.#slots = slots;
  }
}

module.exports = { Slots };

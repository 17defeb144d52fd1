"use strict";

// Values that come and go, each under a number.

/** More than there are values at a time. */
const SLOTS = 2 ** 26;
/** How many values a slot holds, one after the other, before it repeats a number. */
const USES = 2 ** 26;

/**
 * @template T
 * @typedef {{ number: number, value: T | undefined }} Slot
 */

/**
 * Does what a `Map` does with increasing keys, without leaving its tables behind: V8 replaces the table of a `Map` after
 * so many additions and deletions, and lets the old one refer to the new one. As soon as one of them has survived long
 * enough, every later one survives with it, and whatever was in them, until the whole heap is searched.
 * @template T
 */
class Slots {
  /** @type {Slot<T>[]} by index: the number modulo `SLOTS` */
  #slots = [];
  /** @type {Slot<T>[]} */
  #free = [];

  /**
   * @param {T} value
   * @returns {number} that no other value here has
   */
  add(value) {
    const slot = this.#free.pop();
    if (!slot) return this.#slots.push({ number: this.#slots.length, value }) - 1;
    slot.number = (slot.number + SLOTS) % (SLOTS * USES);
    slot.value = value;
    return slot.number;
  }

  /** @param {number} number */
  get(number) {
    return this.#of(number)?.value;
  }

  /** @param {number} number */
  delete(number) {
    const slot = this.#of(number);
    if (slot?.value === undefined) return;
    slot.value = undefined;
    this.#free.push(slot);
  }

  /** @param {number} number perhaps of a value that is gone */
  #of(number) {
    const slot = this.#slots[number % SLOTS];
    return slot && slot.number === number ? slot : undefined;
  }
}

module.exports = { Slots };

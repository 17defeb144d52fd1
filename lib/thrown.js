"use strict";

// What functions of the caller threw, while errors refer to it by number.

/** Errors are made soon after; older values must not fill the memory. */
const MOST = 64;

/** @type {Map<number, unknown>} */
const kept = new Map();
let lastNumber = 0;

/** @param {unknown} thrown */
function keep(thrown) {
  lastNumber += 1;
  kept.set(lastNumber, thrown);
  kept.delete(lastNumber - MOST);
  return lastNumber;
}

/** @param {number} number */
const recall = (number) => kept.get(number);

module.exports = { keep, recall };

"use strict";

// Waits for the results of calls to the core, which arrive in batches.

/**
 * @import { Cancellation, Method, Outcome, Receiver, Service } from "../types/core.d.ts"
 */

const { core } = require("./core.js");

/**
 * What resolves each call in flight, by its number.
 * @type {Map<number, (outcome: Outcome<any>) => void>}
 */
const inFlight = new Map();
let lastNumber = 0;

/** @type {Receiver | undefined} */
let made;

/** The receiver of the results of all services. */
function receiver() {
  made ??= core().createReceiver(deliver);
  return made;
}

/** @param {string} batch pairs of a call's number and its outcome */
function deliver(batch) {
  for (const [number, outcome] of JSON.parse(batch)) {
    const resolve = inFlight.get(number);
    inFlight.delete(number);
    resolve?.(outcome);
  }
}

/**
 * The outcome of a method of the core.
 * @param {Method} method
 * @param {Service} service
 * @param {unknown[]} given
 * @param {Cancellation} [cancellation]
 * @returns {Promise<Outcome<any>>}
 */
function outcomeOf(method, service, given, cancellation) {
  lastNumber += 1;
  const number = lastNumber;
  // Throws what a getter of the caller has thrown.
  core()[method](service, number, given, cancellation);
  return new Promise((resolve) => inFlight.set(number, resolve));
}

module.exports = { outcomeOf, receiver };

"use strict";

// Receives what the core says: outcomes of calls, log lines and audit events, in their order and in batches.

/**
 * @import { Cancellation, Method, Outcome, Receiver, Service } from "../types/core.d.ts"
 */

const { core } = require("./core.js");

/**
 * What receives the outcome of a call, or what a listener listens to, by its number.
 * @type {Map<number, (value: any) => void>}
 */
const receivers = new Map();
let lastNumber = 0;

/** @param {(value: any) => void} receive */
function numberFor(receive) {
  lastNumber += 1;
  receivers.set(lastNumber, receive);
  return lastNumber;
}

/** @type {Receiver | undefined} */
let made;

/** The core's way to the receivers. */
function receiver() {
  made ??= core().createReceiver(deliver);
  return made;
}

/** @param {string} batch pairs of a number and a value */
function deliver(batch) {
  for (const [number, value] of JSON.parse(batch)) receivers.get(number)?.(value);
}

/**
 * The number under which the core calls a listener, until it has nothing more to say.
 * @param {(value: any) => void} listen
 */
function listener(listen) {
  const number = numberFor((value) => {
    if (value === null) receivers.delete(number);
    else listen(value);
  });
  return number;
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
  return new Promise((resolve) => {
    const number = numberFor((outcome) => {
      receivers.delete(number);
      resolve(outcome);
    });
    try {
      core()[method](service, number, given, cancellation);
    } catch (thrown) {
      // A getter of the caller, for example.
      receivers.delete(number);
      throw thrown;
    }
  });
}

module.exports = { listener, outcomeOf, receiver };

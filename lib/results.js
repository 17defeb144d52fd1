"use strict";

// Receives what the core says: outcomes of calls, log lines and audit events, in their order and in batches.

/**
 * @import { Cancellation, Method, Outcome, Receiver, Service } from "../types/core.d.ts"
 */

const { core } = require("./core.js");

// Without `require`, as in tracing.js.
const { AsyncResource } = process.getBuiltinModule("node:async_hooks");

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

/**
 * Weak: the core refers to `deliver`, and would keep this module and its whole realm alive. Services and calls in flight
 * keep what they need.
 * @type {WeakRef<Receiver> | undefined}
 */
let made;

/** The core's way to the receivers. */
function receiver() {
  const known = made?.deref();
  if (known) return known;
  const receiver = core().createReceiver(deliver);
  made = new WeakRef(receiver);
  return receiver;
}

/** @param {string} batch pairs of a number and a value */
function deliver(batch) {
  const thrown = [];
  for (const [number, value] of JSON.parse(batch)) {
    try {
      receivers.get(number)?.(value);
    } catch (error) {
      thrown.push(error);
    }
  }
  // No receiver throws; if one did, the others would still get what is theirs.
  if (thrown.length > 0) throw thrown[0];
}

/**
 * The number under which the core calls a listener, until it has nothing more to say. It runs in the asynchronous
 * context in which its service was created.
 * @param {(value: any) => void} listen
 */
function listener(listen) {
  const bound = AsyncResource.bind(listen);
  const number = numberFor((value) => {
    if (value === null) receivers.delete(number);
    else bound(value);
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

"use strict";

// Receives what the core says: outcomes of calls, log lines and audit events, in their order and in batches.

/**
 * @import { Cancellation, Method, Outcome, Receiver as CoreReceiver, Service } from "../types/core.d.ts"
 */

const { core, isFailure } = require("./core.js");
const { conversions } = require("./replies.js");
const { Slots } = require("./slots.js");
const { auditChannel } = require("./tracing.js");

// Without `require`, as in tracing.js.
const { AsyncResource } = process.getBuiltinModule("node:async_hooks");

/** What the core refers to by a number, in the asynchronous context in which it was made. */
class Receiver extends AsyncResource {
  number = 0;

  constructor() {
    super("Auth0UserSecurity");
  }
}

/** Receives values until the core has nothing more to say. */
class Listener extends Receiver {
  #listen;

  /** @param {(value: any) => void} listen */
  constructor(listen) {
    super();
    this.#listen = listen;
  }

  /**
   * @param {any} value
   * @param {Receiver} context that of the call which the value is about, or this one
   */
  receive(value, context) {
    if (value === null) receivers.delete(this.number);
    else context.runInAsyncScope(this.#listen, undefined, value);
  }
}

/** Receives the outcome of a call. An object with methods instead of closures, because many can be pending. */
class Call extends Receiver {
  #resolve;
  #reject;
  #convert;

  /**
   * @param {(outcome: any) => void} resolve
   * @param {(thrown: unknown) => void} reject
   * @param {(reply: any) => unknown} [convert]
   */
  constructor(resolve, reject, convert) {
    super();
    this.#resolve = resolve;
    this.#reject = reject;
    this.#convert = convert;
  }

  /** @param {any} outcome */
  receive(outcome) {
    receivers.delete(this.number);
    const convert = this.#convert;
    try {
      // Here and not after the promise, which would keep the reply in memory beside what is made of it.
      this.#resolve(convert && !isFailure(outcome) ? convert(outcome) : outcome);
    } catch (thrown) {
      // A replaced `Date`, for example.
      this.#reject(thrown);
    }
  }
}

/** @type {InstanceType<typeof Slots<Listener | Call>>} by the numbers that the core knows */
const receivers = new Slots();

/**
 * Weak: the core refers to `deliver`, and would keep this module and its whole realm alive. Services and calls in flight
 * keep what they need.
 * @type {WeakRef<CoreReceiver> | undefined}
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

/**
 * Both are arrays of the number of a receiver, a value and, for a listener, the number of the call that it is about.
 * @param {string} batch
 * @param {string} auditEvents parsed only if anybody listens to them
 */
function deliver(batch, auditEvents) {
  /** @type {unknown[]} */
  const thrown = [];
  if (auditEvents && auditChannel.hasSubscribers !== false) receiveAll(auditEvents, thrown);
  receiveAll(batch, thrown);
  // No receiver throws; if one did, the others would still get what is theirs.
  if (thrown.length > 0) throw thrown[0];
}

/**
 * @param {string} batch
 * @param {unknown[]} thrown gets what receivers throw
 */
function receiveAll(batch, thrown) {
  for (const [number, value, call] of JSON.parse(batch)) {
    try {
      const receiver = receivers.get(number);
      const context = call === undefined ? receiver : receivers.get(call);
      receiver?.receive(value, context ?? receiver);
    } catch (error) {
      thrown.push(error);
    }
  }
}

/**
 * The number under which the core calls a listener, until it has nothing more to say. It runs in the asynchronous
 * context in which the call began that it hears of; what is not about one call, in that of its service.
 * @param {(value: any) => void} listen
 */
function listener(listen) {
  return receivers.add(new Listener(listen));
}

/**
 * For a listener to something that did not begin.
 * @param {number} number
 */
function forget(number) {
  receivers.delete(number);
}

/**
 * What the core puts under the number with which it is asked.
 * @param {(number: number) => void} ask
 * @param {(reply: any) => unknown} [convert] makes what callers see of a reply that is not a failure
 * @returns {Promise<Outcome<any>>}
 */
function replyTo(ask, convert) {
  return new Promise((resolve, reject) => {
    const number = receivers.add(new Call(resolve, reject, convert));
    try {
      ask(number);
    } catch (thrown) {
      // A getter of the caller, for example.
      receivers.delete(number);
      throw thrown;
    }
  });
}

/**
 * The outcome of a method of the core.
 * @param {Method} method
 * @param {Service} service
 * @param {unknown[]} given
 * @param {Cancellation} [cancellation]
 */
function outcomeOf(method, service, given, cancellation) {
  const ask = (/** @type {number} */ number) =>
    core()[method](service, number, given, cancellation);
  return replyTo(ask, conversions[method]);
}

module.exports = { forget, listener, outcomeOf, receiver, replyTo };

"use strict";

// One run of the core for a list of users: its results as they come, and how it ends.

/**
 * @import { FleetOptions, FleetProgress, FleetSummary, FleetUsers } from "../../index.d.ts"
 * @import { FleetMethod, Service } from "../../types/core.d.ts"
 * @typedef {{ service: Service, method: FleetMethod, users: FleetUsers, options: FleetOptions | undefined }} Request
 */

const { core, resultOf } = require("../core.js");
const { FleetStoppedError, wrongType } = require("../errors.js");
const { own } = require("../own.js");
const { forget, listener } = require("../results.js");
const { Feed, lengthOf, openerOf } = require("./feed.js");
const { fleetResult, fleetSummary } = require("./results.js");

/** Used results are reported in groups, and when none is left. */
const GROUP = 16;

class Work {
  /** Resolves with what the core says at the end. @type {Promise<any>} */
  ended;
  #fleet;
  #feed;
  #isDryRun;
  #onProgress;
  #isProgressDue = false;
  /** @type {any[]} */
  #results = [];
  #used = 0;
  /** How many wait for a result. */
  #asking = 0;
  /** They get theirs one after the other. @type {Promise<any>} */
  #last = Promise.resolve();
  /** Wakes whoever waits for a result. @type {(() => void) | undefined} */
  #wake;
  #isAtEnd = false;
  /** Why the run was cancelled. @type {{ reason: unknown } | undefined} */
  #cancelled;
  /** What the list or a function of the caller has thrown. @type {{ error: unknown } | undefined} */
  #failed;

  /** @param {Request} request */
  constructor({ service, method, users, options }) {
    const open = openerOf(users);
    const skip = functionOption(options, "skip");
    this.#onProgress = functionOption(options, "onProgress");
    this.#isDryRun = own(options, "dryRun") === true;
    const { promise, resolve, reject } = withResolvers();
    this.ended = promise;
    const number = listener((value) => this.#receive(value, resolve, reject));
    this.#fleet = started(number, () =>
      core().startFleet(service, number, method, [options], lengthOf(users)),
    );
    this.#feed = new Feed(this.#fleet, opened(open), skip);
    this.#feed.run().catch((error) => this.fail(error));
  }

  /** @returns {FleetProgress} */
  get progress() {
    return core().fleetProgress(this.#fleet);
  }

  /**
   * What has begun is finished.
   * @param {unknown} reason
   */
  cancel(reason) {
    this.#cancelled ??= { reason };
    this.#stop();
  }

  /**
   * The same because of an error of the caller's.
   * @param {unknown} error
   */
  fail(error) {
    this.#failed ??= { error };
    this.#stop();
  }

  #stop() {
    if (this.#isAtEnd) return;
    this.#feed.stop();
    core().stopFleet(this.#fleet);
  }

  /** The next result; `undefined` at the end. A promise only if there is something to wait for. */
  next() {
    if (this.#asking === 0 && this.#results.length > 0) return this.#take();
    this.#asking += 1;
    this.#last = this.#last.then(() => this.#arrived());
    // Whoever asks before this one has its result waits behind it.
    const settled = () => {
      this.#asking -= 1;
    };
    this.#last.then(settled, settled);
    return this.#last;
  }

  async #arrived() {
    if (this.#results.length === 0) {
      this.#report();
      if (!this.#isAtEnd) await this.#arrival();
    }
    return this.#take();
  }

  #take() {
    if (this.#results.length === 0) return undefined;
    this.#used += 1;
    if (this.#used >= GROUP) this.#report();
    return this.#results.shift();
  }

  /**
   * Throws if the run has ended before its list did.
   * @param {any} summary of the core
   */
  throwIfStopped(summary) {
    if (this.#failed) throw this.#failed.error;
    if (!summary.stopped) return;
    if (this.#cancelled) throw this.#cancelled.reason;
    throw new FleetStoppedError(whyStopped(summary.stopped), { summary: fleetSummary(summary) });
  }

  /** @returns {Promise<FleetSummary>} */
  async summary() {
    return fleetSummary(await this.ended);
  }

  /**
   * @param {any} value results in an array, or the end
   * @param {(end: any) => void} resolve
   * @param {(error: unknown) => void} reject
   */
  #receive(value, resolve, reject) {
    if (Array.isArray(value)) {
      for (const result of value) {
        const user = this.#feed.takeGiven(result.index);
        this.#results.push(fleetResult(result, user, this.#isDryRun));
      }
      this.#announce();
    } else {
      this.#isAtEnd = true;
      this.#feed.stop();
      try {
        resolve(resultOf(value));
      } catch (error) {
        reject(error);
      }
    }
    this.#wake?.();
  }

  /** Tells the caller how far the run is, once for all results that have arrived together. */
  #announce() {
    if (!this.#onProgress || this.#isProgressDue) return;
    this.#isProgressDue = true;
    queueMicrotask(() => {
      this.#isProgressDue = false;
      try {
        // A promise is not awaited, but its error counts.
        const told = this.#onProgress?.(this.progress);
        if (told instanceof Promise) told.catch((error) => this.fail(error));
      } catch (error) {
        this.fail(error);
      }
    });
  }

  #report() {
    if (this.#used === 0) return;
    this.#feed.took(this.#used);
    this.#used = 0;
  }

  /** @returns {Promise<void>} */
  #arrival() {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/**
 * @template T
 * @param {number} number of the listener, which is not needed if nothing starts
 * @param {() => T | import("../../types/core.d.ts").FailureObject} start
 * @returns {T}
 */
function started(number, start) {
  try {
    return resultOf(start());
  } catch (error) {
    forget(number);
    throw error;
  }
}

/** @param {NonNullable<FleetSummary["stopped"]>} stopped */
function whyStopped({ reason, code }) {
  const who = reason === "failures" ? "too many users in a row" : "a user";
  return `The run was stopped: ${who} failed with ${code}. Fix the cause, and run it again for the remaining users.`;
}

/**
 * A list that cannot be opened fails like one that cannot be read.
 * @template T
 * @param {() => Iterator<T> | AsyncIterator<T>} open
 * @returns {Iterator<T> | AsyncIterator<T>}
 */
function opened(open) {
  try {
    return open();
  } catch (error) {
    return {
      next() {
        throw error;
      },
    };
  }
}

/**
 * @param {unknown} options
 * @param {string} name
 * @returns {any}
 */
function functionOption(options, name) {
  const given = own(options, name);
  if (given === undefined || given === null || typeof given === "function") return given;
  throw wrongType(`options.${name} must be a function.`);
}

/** `Promise.withResolvers`, which Node.js 20 does not have. */
function withResolvers() {
  /** @type {(value: any) => void} */
  let resolve = () => {};
  /** @type {(error: unknown) => void} */
  let reject = () => {};
  const promise = new Promise((whenDone, whenFailed) => {
    resolve = whenDone;
    reject = whenFailed;
  });
  // Whoever needs the end awaits it; an iteration that is never finished does not.
  promise.catch(() => {});
  return { promise, resolve, reject };
}

module.exports = { Work };

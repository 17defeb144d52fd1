"use strict";

// What callers see of a run: a promise for all results, or an async iterable of each. It starts when it is first used.

/**
 * @import { FleetProgress, FleetSummary } from "../../index.d.ts"
 * @import { Request } from "./work.js"
 */

const { wrongType } = require("../errors.js");
const { own } = require("../own.js");
const { traced } = require("../tracing.js");
const { auditReport } = require("./results.js");
const { Work } = require("./work.js");

/** @type {FleetProgress} */
const NOTHING = {
  done: 0,
  succeeded: 0,
  failed: 0,
  skipped: 0,
  perSecond: 0,
  waitingForRateLimitMs: 0,
};

/** @implements {AsyncIterable<any>} */
class FleetRun {
  #request;
  /** @type {InstanceType<typeof Work> | undefined} */
  #work;
  /** Who gets the results: a promise for all of them, an iteration, or nobody. @type {"all" | "each" | "none" | undefined} */
  #consumer;
  /** @type {Promise<any> | undefined} */
  #all;
  /** @type {{ reason: unknown } | undefined} */
  #cancelled;

  /** @param {Request} request */
  constructor(request) {
    this.#request = request;
  }

  get [Symbol.toStringTag]() {
    return "FleetRun";
  }

  get progress() {
    return this.#work?.progress ?? { ...NOTHING };
  }

  get summary() {
    return this.#summary();
  }

  /** @param {unknown} [reason] */
  cancel(reason = new DOMException("The run was cancelled.", "AbortError")) {
    this.#cancelled ??= { reason };
    this.#work?.stop(reason);
  }

  /**
   * @param {((value: any) => any) | null} [onFulfilled]
   * @param {((reason: any) => any) | null} [onRejected]
   */
  // biome-ignore lint/suspicious/noThenProperty: a run can be awaited
  then(onFulfilled, onRejected) {
    this.#all ??= this.#collect();
    return this.#all.then(onFulfilled, onRejected);
  }

  /** @param {((reason: any) => any) | null} [onRejected] */
  catch(onRejected) {
    return this.then(undefined, onRejected);
  }

  /** @param {(() => void) | null} [onFinally] */
  finally(onFinally) {
    return this.then().finally(onFinally);
  }

  async *[Symbol.asyncIterator]() {
    this.#consume("each");
    const work = this.#begin();
    let isComplete = false;
    try {
      for (let result = await work.next(); result; result = await work.next()) yield result;
      isComplete = true;
    } finally {
      // After a `break`, what has begun is finished before the loop is left.
      if (!isComplete) await this.#abandon(work);
    }
    work.throwIfStopped(await work.ended);
  }

  async #collect() {
    this.#consume("all");
    const work = this.#begin();
    const results = [];
    for (let result = await work.next(); result; result = await work.next()) results.push(result);
    results.sort((one, other) => one.index - other.index);
    const summary = await work.ended;
    try {
      work.throwIfStopped(summary);
    } catch (error) {
      throw withResults(error, results);
    }
    return summary.report ? auditReport(results, summary.report) : results;
  }

  /** @returns {Promise<FleetSummary>} */
  async #summary() {
    // Whoever reads the summary first may still use the results.
    await new Promise(setImmediate);
    if (this.#consumer === undefined) {
      this.#consume("none");
      const work = this.#begin();
      while (await work.next());
    }
    return await this.#begin().summary();
  }

  /** @param {InstanceType<typeof Work>} work */
  async #abandon(work) {
    this.cancel();
    while (await work.next());
  }

  /** @param {"all" | "each" | "none"} consumer */
  #consume(consumer) {
    if (this.#consumer !== undefined) {
      throw wrongType(
        "The results of a run can be used once: either await it or iterate over it, not both. Start another run.",
      );
    }
    this.#consumer = consumer;
  }

  #begin() {
    if (this.#work) return this.#work;
    const { method, options } = this.#request;
    const signal = signalOf(options);
    const work = new Work(this.#request);
    this.#work = work;
    traced(method, () => work.ended).catch(() => {});
    if (signal) this.#listenTo(signal, work);
    if (this.#cancelled) work.stop(this.#cancelled.reason);
    return work;
  }

  /**
   * @param {AbortSignal} signal
   * @param {InstanceType<typeof Work>} work
   */
  #listenTo(signal, work) {
    if (signal.aborted) return this.cancel(signal.reason);
    const cancel = () => this.cancel(signal.reason);
    const release = () => signal.removeEventListener("abort", cancel);
    signal.addEventListener("abort", cancel);
    work.ended.then(release, release);
  }
}

/**
 * @param {unknown} options
 * @returns {AbortSignal | undefined}
 */
function signalOf(options) {
  const signal = own(options, "signal");
  if (signal === undefined || signal === null) return undefined;
  if (signal instanceof AbortSignal) return signal;
  throw wrongType("options.signal must be an AbortSignal.");
}

/**
 * Nothing that was done is lost. Not enumerable, because results may contain links that are secret.
 * @param {any} error
 * @param {any[]} results
 */
function withResults(error, results) {
  if (typeof error === "object" && error !== null && Object.isExtensible(error)) {
    Object.defineProperty(error, "results", { value: results, configurable: true });
  }
  return error;
}

module.exports = { FleetRun };

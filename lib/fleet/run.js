"use strict";

// What callers see of a run: a promise for all results, or an async iterable of each. It starts when it is first used.

/**
 * @import { FleetProgress, FleetSummary } from "../../index.d.ts"
 * @import { Request } from "./work.js"
 */

const { signalOf, whenAborted } = require("../cancellation.js");
const { wrongType } = require("../errors.js");
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
  /** @type {any[]} */
  #results = [];
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

  /** What an awaited run has so far, also if it is rejected: nothing that was done is lost. */
  get results() {
    return this.#results;
  }

  get summary() {
    const summary = this.#summary();
    // Whoever needs it awaits it.
    summary.catch(() => {});
    return summary;
  }

  /** @param {unknown} [reason] */
  cancel(reason = new DOMException("The run was cancelled.", "AbortError")) {
    this.#cancelled ??= { reason };
    this.#work?.cancel(reason);
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

  [Symbol.asyncIterator]() {
    /** @type {InstanceType<typeof Work> | undefined} */
    let work;
    return {
      next: async () => {
        if (!work) {
          this.#consume("each");
          work = this.#begin();
        }
        const value = await work.next();
        if (value) return { done: false, value };
        work.throwIfStopped(await work.ended);
        return { done: true, value: undefined };
      },
      // After a `break`, what has begun is finished before the loop is left.
      return: async () => {
        if (work) await this.#abandon(work);
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async #collect() {
    this.#consume("all");
    const work = this.#begin();
    const results = this.#results;
    for (let result = await work.next(); result; result = await work.next()) results.push(result);
    results.sort((one, other) => one.index - other.index);
    const summary = await work.ended;
    work.throwIfStopped(summary);
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

  /** The work runs within its trace, which ends with it. */
  #begin() {
    if (this.#work) return this.#work;
    const signal = signalOf(this.#request.options);
    /** @type {unknown} */
    let refused;
    const trace = traced(this.#request.method, async () => {
      try {
        this.#work = new Work(this.#request);
      } catch (error) {
        refused = error;
        throw error;
      }
      const release = signal && this.#listenTo(signal);
      if (this.#cancelled) this.#work.cancel(this.#cancelled.reason);
      const end = await this.#work.ended.finally(release);
      this.#work.throwIfStopped(end);
    });
    trace.catch(() => {});
    if (!this.#work) throw refused;
    return this.#work;
  }

  /** @param {AbortSignal} signal */
  #listenTo(signal) {
    if (signal.aborted) this.cancel(signal.reason);
    return whenAborted(signal, (reason) => this.cancel(reason));
  }
}

module.exports = { FleetRun };

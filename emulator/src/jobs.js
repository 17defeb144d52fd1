/** @import { Clock } from "./clock.js" */

/** @typedef {{ at: number, run: () => void }} Job */

/**
 * Work that Auth0 accepts with 202 and finishes later. Due jobs run whenever the tenant is next
 * looked at, so there are no timers and the clock of a test decides everything.
 */
export class Jobs {
  #clock;
  /** @type {Job[]} */
  #pending = [];

  /** @param {Clock} clock */
  constructor(clock) {
    this.#clock = clock;
  }

  /**
   * @param {number} delay milliseconds; without a delay the job runs at once
   * @param {() => void} run
   */
  later(delay, run) {
    if (delay <= 0) run();
    else this.#pending.push({ at: this.#clock.now() + delay, run });
  }

  /** Runs the jobs that are due, or all of them. */
  settle({ all = false } = {}) {
    if (this.#pending.length === 0) return;
    const now = this.#clock.now();
    const due = this.#pending.filter((job) => all || job.at <= now);
    this.#pending = this.#pending.filter((job) => !all && job.at > now);
    for (const job of due) job.run();
  }

  clear() {
    this.#pending = [];
  }
}

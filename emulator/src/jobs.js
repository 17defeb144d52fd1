/**
 * Work that Auth0 accepts with 202 and finishes later. Due work is done when somebody looks, so no
 * timer is needed and a clock that a test moves decides everything.
 */
export class Jobs {
  #clock;
  #pending = [];

  constructor(clock) {
    this.#clock = clock;
  }

  later(delay, run) {
    if (delay <= 0) run();
    else this.#pending.push({ at: this.#clock.now() + delay, run });
  }

  /** Does what is due, or all of it. */
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

  get pending() {
    return this.#pending.length;
  }
}

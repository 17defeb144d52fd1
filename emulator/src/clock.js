import { shown } from "./check-options.js";
import { isDate } from "./formats.js";

/** The tenant's time: real time, shifted by however much a test moved it. */
export class Clock {
  #offset = 0;
  /** @type {number | undefined} */
  #frozenAt;

  /** Milliseconds since the epoch. */
  now() {
    return (this.#frozenAt ?? Date.now()) + this.#offset;
  }

  /** Whole seconds since the epoch, as in JWTs. */
  seconds() {
    return Math.floor(this.now() / 1000);
  }

  /** An Auth0 timestamp, `delta` milliseconds from now. */
  iso(delta = 0) {
    if (!Number.isFinite(delta)) {
      throw new TypeError(`clock.iso needs a number of milliseconds from now, not ${shown(delta)}`);
    }
    return new Date(this.now() + delta).toISOString();
  }

  /**
   * Whether a timestamp lies in the past. A missing one never does.
   * @param {unknown} timestamp
   */
  hasPassed(timestamp) {
    return typeof timestamp === "string" && Date.parse(timestamp) <= this.now();
  }

  /** @param {number} milliseconds */
  advance(milliseconds) {
    if (!Number.isFinite(milliseconds)) {
      throw new TypeError(
        `clock.advance needs a number of milliseconds, not ${shown(milliseconds)}`,
      );
    }
    return this.#move(milliseconds);
  }

  /** @param {Date | string | number} date */
  set(date) {
    const target = new Date(date).getTime();
    // JavaScript would take "5" for a month and February 31st for a day in March.
    const isText = typeof date === "string";
    if (Number.isNaN(target) || date === null || (isText && !isDate(date))) {
      throw new TypeError(
        `clock.set needs a date, its text in ISO 8601, or milliseconds since the epoch, not ${shown(date)}`,
      );
    }
    return this.#move(target - this.now());
  }

  /** @param {number} milliseconds */
  #move(milliseconds) {
    this.#offset += milliseconds;
    return this.now();
  }

  /** Returns to real time, running. */
  reset() {
    this.#offset = 0;
    this.#frozenAt = undefined;
  }

  /** Stops time, so that two runs of a program see the same timestamps. */
  freeze() {
    this.#frozenAt ??= Date.now();
  }

  resume() {
    if (this.#frozenAt === undefined) return;
    this.#offset -= Date.now() - this.#frozenAt;
    this.#frozenAt = undefined;
  }
}

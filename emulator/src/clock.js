/** The tenant's time: real time plus what a test moved it by. */
export class Clock {
  #offset = 0;
  #frozenAt;

  /** @returns {number} milliseconds since the epoch */
  now() {
    return (this.#frozenAt ?? Date.now()) + this.#offset;
  }

  /** Whole seconds, as JWTs count. */
  seconds() {
    return Math.floor(this.now() / 1000);
  }

  /** An Auth0 timestamp, `delta` milliseconds from now. */
  iso(delta = 0) {
    return new Date(this.now() + delta).toISOString();
  }

  advance(milliseconds) {
    if (!Number.isFinite(milliseconds)) throw new TypeError("clock.advance needs milliseconds");
    this.#offset += milliseconds;
    return this.now();
  }

  set(date) {
    const target = new Date(date).getTime();
    if (Number.isNaN(target)) throw new TypeError(`clock.set needs a date, not ${date}`);
    return this.advance(target - this.now());
  }

  /** Real time again, running. */
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

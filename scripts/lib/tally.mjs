// How many tests passed, and what was skipped and why, over all steps of `npm test`.

export const NO_REASON = "no reason is given";

export class Tally {
  /** How many tests passed. */
  #passed = 0;
  /** How many tests were skipped, by reason. */
  #tests = new Map();
  /** The reasons of skipped steps. */
  #steps = [];

  /** @param {{ passed: number, skipped: Record<string, number> }} results */
  add({ passed, skipped }) {
    this.#passed += passed;
    for (const [reason, count] of Object.entries(skipped)) {
      this.#tests.set(reason, (this.#tests.get(reason) ?? 0) + count);
    }
  }

  /** A step that cannot run here. The reason says what to install, or where to get it. */
  skipStep(reason) {
    this.#steps.push(reason);
  }

  get skippedSteps() {
    return this.#steps.length;
  }

  /** @returns {string[]} lines */
  summary(steps, elapsed) {
    const skipped = [...this.#tests.values()].reduce((sum, count) => sum + count, 0);
    if (skipped + this.#steps.length === 0) {
      return [`✓ ${steps} steps in ${elapsed}; ${this.#passed} tests passed, none was skipped.`];
    }
    const ran = `${steps - this.#steps.length} of ${steps} steps in ${elapsed}`;
    return [
      `✓ ${ran}; ${this.#passed} tests passed, ${skipped} were skipped:`,
      ...[...this.#tests].map(
        ([reason, count]) => `  ${count} ${count === 1 ? "test" : "tests"}: ${reason}`,
      ),
      ...this.#steps.map((reason) => `  1 step: ${reason}`),
    ];
  }
}

/** What `cargo test` printed, as numbers. */
export function talliedCargo(output) {
  const results = [...output.matchAll(/^test result: ok\. (\d+) passed;/gm)];
  const passed = results.reduce((sum, [, count]) => sum + Number(count), 0);
  const skipped = {};
  for (const [, reason = NO_REASON] of output.matchAll(/^test .* \.\.\. ignored(?:, (.*))?$/gm)) {
    skipped[reason] = (skipped[reason] ?? 0) + 1;
  }
  return { passed, skipped };
}

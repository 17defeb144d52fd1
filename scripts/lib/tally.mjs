// Counts the tests that passed, and what was skipped and why, over all steps of `npm test`.

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
    const ran = this.#steps.length ? `${steps - this.#steps.length} of ${steps}` : steps;
    const noun = steps === 1 ? "step" : "steps";
    const passed = `✓ ${ran} ${noun} in ${elapsed}; ${this.#passed} tests passed`;
    if (skipped + this.#steps.length === 0) return [`${passed}, none was skipped.`];
    return [
      `${passed}, ${skipped} were skipped:`,
      ...[...this.#tests].map(
        ([reason, count]) => `  ${count} ${count === 1 ? "test" : "tests"}: ${reason}`,
      ),
      ...this.#steps.map((reason) => `  1 step: ${reason}`),
    ];
  }
}

/**
 * Counts the results in the output of `cargo test`. A test that detects that it cannot run here passes, and
 * prints a line that begins with `Skipped: `. An ignored test that another one starts does not count as skipped.
 */
export function talliedCargo(output) {
  const results = [...output.matchAll(/^test result: ok\. (\d+) passed;/gm)];
  const passed = results.reduce((sum, [, count]) => sum + Number(count), 0);
  const ignored = [...output.matchAll(/^test .* \.\.\. ignored(?:, (.*))?$/gm)]
    .map(([, reason = NO_REASON]) => reason)
    .filter((reason) => !reason.startsWith("started by "));
  const withdrawn = [...output.matchAll(/^Skipped: (.*)$/gm)].map(([, reason]) => reason);
  const skipped = {};
  for (const reason of [...ignored, ...withdrawn]) skipped[reason] = (skipped[reason] ?? 0) + 1;
  return { passed: passed - withdrawn.length, skipped };
}

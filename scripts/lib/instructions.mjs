// Compares counts of instructions with the baseline.

/** The committed counts. */
export const BASELINE = "bench/core/instructions.json";

/** The target that the baseline is for. */
export const TARGET = "x86_64-unknown-linux-gnu";

export const RENEW = "renew the baseline and commit it: npm run bench:instructions -- --renew";

/** By how much a case may exceed its baseline, in percent. */
const TOLERANCE = 5;

/**
 * @typedef {{ rust: string, instructions: Record<string, number> }} Counts
 * @param {Counts} baseline
 * @param {Counts} counted
 * @returns {{ lines: string[], problem?: string }} a report, and why the check fails
 */
export function compare(baseline, counted) {
  if (baseline.rust !== counted.rust) {
    const problem = `${BASELINE} is for Rust ${baseline.rust}, and CI has ${counted.rust}.`;
    return { lines: [], problem: `${problem}\n  To fix this, ${RENEW}` };
  }
  const names = Object.keys({ ...baseline.instructions, ...counted.instructions });
  const results = names.map((name) =>
    judge(name, baseline.instructions[name], counted.instructions[name]),
  );
  const lines = results.map(({ line }) => line);
  if (results.some(({ change }) => change < -TOLERANCE)) {
    lines.push(`Some cases take over ${TOLERANCE} % less; to keep it so, ${RENEW}`);
  }
  const failed = results.filter(({ change }) => !(change <= TOLERANCE));
  if (failed.length === 0) return { lines };
  const problem = [
    `Over ${TOLERANCE} % more instructions than in ${BASELINE}, or no such case:`,
    ...failed.map(({ line }) => line),
    `If this is intended, ${RENEW}`,
  ];
  return { lines, problem: problem.join("\n  ") };
}

/** The change is in percent, and not a number if there is nothing to compare. */
function judge(name, before, now) {
  if (before === undefined) return { line: `${name}: ${shown(now)}, no baseline`, change: NaN };
  if (now === undefined) return { line: `${name}: in the baseline only`, change: NaN };
  const change = ((now - before) / before) * 100;
  const percent = `${change < 0 ? "" : "+"}${change.toFixed(1)} %`;
  return { line: `${name}: ${shown(now)}, baseline ${shown(before)} (${percent})`, change };
}

function shown(count) {
  return count.toLocaleString("en");
}

import { keyOf } from "../users/reference.js";
import { recordsOf } from "./records.js";
import { JournalState } from "./state.js";

/** @import { Outcome } from "./records.js" */

/**
 * The first of two passes over a journal: a user whom a resumed run has attempted again has several outcomes.
 * @param {string} path
 */
export async function summarize(path) {
  const state = new JournalState();
  /** @type {Map<string, number>} the number of the latest outcome of each user */
  const latest = new Map();
  let count = 0;
  for await (const record of recordsOf(path)) {
    state.add(record);
    if (record.type !== "outcome") continue;
    count += 1;
    const outcome = /** @type {Outcome} */ (record);
    if (outcome.skipped !== "duplicate") latest.set(keyOf(outcome.user), count);
  }
  return { header: state.header, latest, failed: state.failures, unfinished: state.unfinished() };
}

/**
 * The second pass: one outcome for each user.
 * @param {string} path
 * @param {Map<string, number>} latest
 * @returns {AsyncGenerator<Outcome>}
 */
export async function* latestOutcomes(path, latest) {
  let count = 0;
  for await (const record of recordsOf(path)) {
    if (record.type !== "outcome") continue;
    count += 1;
    const outcome = /** @type {Outcome} */ (record);
    if (latest.get(keyOf(outcome.user)) === count) yield outcome;
  }
}

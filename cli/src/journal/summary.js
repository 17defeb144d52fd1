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
  let duplicates = 0;
  for await (const record of recordsOf(path)) {
    state.add(record);
    if (record.type !== "outcome") continue;
    count += 1;
    const outcome = /** @type {Outcome} */ (record);
    if (outcome.skipped === "duplicate") duplicates += 1;
    else latest.set(keyOf(outcome.user), count);
  }
  const { header, failures: failed, end } = state;
  const unfinished = state.unfinished();
  const notReached = notReachedIn(state, latest.size + unfinished.length + duplicates);
  const stopped = end ? end.stopped : KILLED;
  const incomplete = end?.incomplete === true;
  return { header, latest, failed, unfinished, duplicates, notReached, stopped, incomplete };
}

const KILLED = "The run was killed, or is still running";

/**
 * How many users of the list were not begun.
 * @param {JournalState} state
 * @param {number} seen how many entries of the list the journal knows
 * @returns {number | undefined} undefined if the length of the list is not known
 */
function notReachedIn(state, seen) {
  if (state.end?.left !== undefined) return Math.max(0, state.end.left - state.unfinished().length);
  return state.list && Math.max(0, state.list.total - seen);
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

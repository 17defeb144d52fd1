import { EXIT } from "../exit-codes.js";
import { Failure, Interrupted } from "../failure.js";
import { messageOf } from "../messages.js";
import { note } from "../terminal.js";
import { counted, duration, number } from "./numbers.js";
import { commandLine, resumeCommand } from "./resume-command.js";

/**
 * @import { FleetSummary } from "@archie/auth0-user-security"
 * @import { RowStream } from "../output/stream-rows.js"
 * @import { Source } from "../users/source.js"
 * @import { Feed } from "./feed.js"
 * @import { Recorder } from "./recorder.js"
 * @import { RunJournal } from "./run-journal.js"
 * @import { FleetCommandOptions } from "./run-fleet.js"
 */
/**
 * @typedef {{ journal: RunJournal, feed: Feed, recorder: Recorder, rows: RowStream<any>, source: Source,
 *   options: FleetCommandOptions, stop: unknown }} End `stop`: why the run did not reach its end
 */

/**
 * Completes journal and output, says what the run has done, and how to continue it.
 * @param {FleetSummary} summary of the library
 * @param {End} end
 * @returns {Promise<number>} the exit code
 */
export async function conclude(summary, end) {
  const isComplete = !end.feed.isDrained || (await end.source.isComplete());
  const unwritten = await complete(summary, end, isComplete);
  const stop = end.stop ?? unwritten;
  if (end.options.dryRun) note("Dry run: nothing was changed.");
  note(summaryLine(summary, end));
  if (end.feed.failedBefore > 0) note(failedBefore(end));
  const { ticketsWritten } = end.journal;
  if (ticketsWritten > 0)
    note(`${counted(ticketsWritten, "ticket")} written to ${end.options.ticketsTo}`);
  const risks = ["high", "medium", "low"].filter((level) => end.recorder.risks[level]);
  if (risks.length > 0) note(`Risk: ${risks.map((level) => riskOf(end, level)).join(", ")}`);
  if (end.recorder.liveSessions > 0) note(sessionsLeft(end.recorder.liveSessions));
  if (end.source.malformed > 0) note(linesSkipped(end.source.malformed));
  if (!isComplete) note(incompleteNote(end.options));
  if (stop === undefined)
    return isComplete || end.options.allowIncomplete ? exitCodeOf(end) : EXIT.stopped;
  note(`${stopText(stop)}.`.replace(/([.!?)])\.$/, "$1"));
  note(howToContinue(end));
  return exitCodeOfStop(stop, summary);
}

/** @param {{ allowIncomplete?: boolean }} options */
export function incompleteNote({ allowIncomplete }) {
  const accept = allowIncomplete ? "" : "Accept it with --allow-incomplete. ";
  return `The selection may lack users: the warning says why. ${accept}Select once more later to find who is missing.`;
}

/** @param {unknown} stop */
const stopText = (stop) =>
  stop instanceof Interrupted
    ? stop.sentence
    : `Stopped: ${messageOf(stop).replace(/^The run was stopped: /, "")}`;

/** @param {End} end */
function failedBefore({ feed: { failedBefore: count }, options }) {
  return `${counted(count, "user")} failed before: add --retry-failed to attempt them again. To see them: ${commandLine(["report", String(options.out)])}`;
}

/**
 * @param {FleetSummary} summary
 * @param {End} end
 * @param {boolean} isComplete
 * @returns {Promise<unknown>} what could not be written
 */
async function complete(summary, end, isComplete) {
  const { journal, recorder, rows, stop } = end;
  // The library has a result for everyone it has begun: if all are recorded, nothing was changed for the others.
  const settled = recorder.recorded === summary.done;
  try {
    journal.append({
      type: "end",
      at: new Date().toISOString(),
      settled,
      left: leftOf(end),
      ...(stop !== undefined && { stopped: stopText(stop).split("\n", 1)[0] }),
      ...(!isComplete && { incomplete: true }),
    });
    await rows.end();
  } catch (error) {
    return error;
  }
}

/**
 * @param {FleetSummary} summary
 * @param {End} end
 */
function summaryLine({ done, succeeded, failed, skipped, ...summary }, end) {
  const { duplicates, elapsedMs, perSecond, waitingForRateLimitMs } = summary;
  const { feed, options } = end;
  const parts = [
    `${counted(done, "user")}: ${number(succeeded)} ${options.dryRun ? "would succeed" : "succeeded"}, ${number(failed)} failed`,
    skipped > 0 && `${number(skipped)} skipped (${counted(duplicates, "duplicate")})`,
    feed.doneBefore > 0 && `${number(feed.doneBefore)} done before`,
    feed.failedBefore > 0 && `${number(feed.failedBefore)} failed before`,
    notBegun(leftOf(end)),
    `${duration(elapsedMs)}, ${(perSecond ?? 0).toFixed(1)} per second`,
    waitingForRateLimitMs >= 100 && `waited ${duration(waitingForRateLimitMs)} for the rate limit`,
  ];
  return parts.filter(Boolean).join(", ");
}

/**
 * How many entries of the list have no outcome.
 * @param {End} end
 * @returns {number | undefined} undefined if the length of the list is not known
 */
function leftOf({ source, feed, recorder }) {
  const total = source.total ?? (feed.isDrained ? feed.read : undefined);
  return total === undefined ? undefined : total - feed.before - recorder.recorded;
}

/** @param {number | undefined} left */
function notBegun(left) {
  if (left === undefined) return "the rest of the list not begun";
  return left > 0 && `${number(left)} not begun`;
}

/**
 * @param {End} end
 * @param {string} level
 */
const riskOf = ({ recorder }, level) => `${number(recorder.risks[level])} ${level}`;

/** @param {number} count */
const sessionsLeft = (count) =>
  `${count === 1 ? "1 blocked user has" : `${number(count)} blocked users have`} live sessions: end them with bulk revoke.`;

/** @param {number} count */
const linesSkipped = (count) =>
  `${count === 1 ? "1 line was" : `${number(count)} lines were`} not understood: see above.`;

/** @param {End} end */
function exitCodeOf({ journal, feed, recorder, source }) {
  const failures = recorder.failures + journal.state.failures - feed.retried;
  return failures > 0 || source.malformed > 0 ? EXIT.someFailed : EXIT.ok;
}

/**
 * @param {unknown} stop
 * @param {FleetSummary} summary
 */
function exitCodeOfStop(stop, summary) {
  // A list that turns out to be unreadable has stopped what was begun already.
  if (stop instanceof Failure && stop.exitCode !== EXIT.usage) return stop.exitCode;
  return CONFIGURATION_CODES.includes(summary.stopped?.code ?? "")
    ? EXIT.configuration
    : EXIT.stopped;
}

const CONFIGURATION_CODES = [
  "ERR_CONFIGURATION",
  "ERR_INSUFFICIENT_SCOPE",
  "ERR_FEATURE_UNAVAILABLE",
];

/** @param {End} end */
function howToContinue({ options, source, stop }) {
  if (options.out === undefined) {
    return "There is no journal: the output above is all that is known. With --out FILE a run can be resumed.";
  }
  const command = resumeCommand(process.argv.slice(2));
  const input = source.usesStdin ? " with the same users on standard input" : "";
  const retry =
    stop instanceof Interrupted ? "" : "\nAdd --retry-failed to attempt failed users again.";
  return `To continue${input}:\n  ${command}${retry}`;
}

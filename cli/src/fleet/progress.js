import { SingleBar } from "cli-progress";
import { note, setLiveLine } from "../terminal.js";
import { duration, number } from "./numbers.js";

/** @typedef {{ done: number, failed: number, perSecond: number, waitingForRateLimitMs: number }} Progress */
/** @typedef {{ readonly progress: Progress }} Run */

const REDRAW_EVERY_MS = 200;
const LINE_EVERY_MS = 5000;
const WIDTH = 120;
/** Signals are the run's own business. */
const BAR = { barsize: 20, clearOnComplete: true, linewrap: true, gracefulExit: false };

/**
 * Shows how far a run is, on stderr: as a bar on a terminal, elsewhere as a line every few seconds.
 * @param {Run} run
 * @param {{ total?: number, before: () => number, writesToTerminal: boolean }} context `before`: users done by an
 *   earlier run
 * @returns {() => void} removes the bar
 */
export function showProgress(run, context) {
  const { total, before } = context;
  const line = () => progressLine(run.progress, total, before());
  // A bar between lines of results would be torn apart by them.
  if (!process.stderr.isTTY || context.writesToTerminal) {
    const timer = setInterval(() => note(line()), LINE_EVERY_MS);
    return () => clearInterval(timer);
  }
  return showBar(total, () => before() + run.progress.done, line);
}

/**
 * @param {number | undefined} total
 * @param {() => number} done
 * @param {() => string} line
 */
function showBar(total, done, line) {
  const format = total === undefined ? "{line}" : "{bar} {line}";
  // Nothing of the terminal is changed that a killed process could not restore.
  const bar = new SingleBar({ format, ...BAR, stream: process.stderr });
  const fitting = () => ({ line: line().slice(0, room()) });
  bar.start(total ?? 1, done(), fitting());
  setLiveLine(true);
  const timer = setInterval(() => bar.update(done(), fitting()), REDRAW_EVERY_MS);
  return () => {
    clearInterval(timer);
    setLiveLine(false);
    bar.stop();
  };
}

/** A line that the terminal wraps could not be drawn again. Some terminals do not say how wide they are. */
const room = () => Math.max(0, (process.stderr.columns || WIDTH) - BAR.barsize - 2);

/**
 * @param {Progress} progress
 * @param {number | undefined} total
 * @param {number} before
 */
export function progressLine({ done, failed, perSecond, waitingForRateLimitMs }, total, before) {
  const all = before + done;
  const left = total !== undefined && perSecond > 0 ? (total - all) / perSecond : undefined;
  return [
    total === undefined ? `${number(all)} users` : `${number(all)} of ${number(total)} users`,
    failed > 0 && `${number(failed)} failed`,
    `${perSecond.toFixed(1)} per second`,
    left !== undefined && `${duration(left * 1000)} left`,
    waitingForRateLimitMs >= 100 && `waited ${duration(waitingForRateLimitMs)} for the rate limit`,
  ]
    .filter(Boolean)
    .join(", ");
}

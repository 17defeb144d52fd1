import { clearLine, cursorTo } from "node:readline";
import { Interrupted } from "./failure.js";
import { printable } from "./printable.js";

/**
 * Whether somebody can be asked: questions are written to stderr and answered on stdin.
 * @param {{ input?: boolean }} options `--no-input`
 */
export function canAsk({ input }) {
  return input !== false && process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/**
 * Asks on stderr, which leaves stdout to the results.
 * @template T
 * @param {(context: { output: NodeJS.WriteStream, signal?: AbortSignal }) => Promise<T>} question
 * @param {AbortSignal} [signal] withdraws the question
 * @returns {Promise<T>}
 */
export async function ask(question, signal) {
  try {
    return await question({ output: process.stderr, signal });
  } catch (error) {
    // Ctrl-C reaches a question as a key. All questions come before anything is changed.
    const isKey = error instanceof Error && error.name === "ExitPromptError";
    const reason = signal?.aborted ? signal.reason : undefined;
    if (isKey && !reason) throw new Interrupted("SIGINT", NOTHING_CHANGED);
    if (reason instanceof Interrupted) throw new Interrupted(reason.signal, NOTHING_CHANGED);
    throw error;
  }
}

const NOTHING_CHANGED = ": nothing was changed";

let hasLiveLine = false;

/**
 * Whether the last line of the terminal is a progress bar, which other lines must not continue.
 * @param {boolean} isLive
 */
export function setLiveLine(isLive) {
  hasLiveLine = isLive;
}

/**
 * A line for the person, not for the program that reads the results.
 * @param {string} text
 */
export function note(text) {
  if (hasLiveLine) {
    cursorTo(process.stderr, 0);
    clearLine(process.stderr, 0);
  }
  process.stderr.write(`${text.split("\n").map(printable).join("\n")}\n`);
}

const said = new Set();

/**
 * The same warning about every user of a long list would bury the others.
 * @param {string} text
 */
export function warnOnce(text) {
  if (said.has(text)) return;
  said.add(text);
  note(`warning: ${text}`);
}

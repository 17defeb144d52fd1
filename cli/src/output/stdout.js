import { EXIT } from "../exit-codes.js";
import { Failure, reasonOf } from "../failure.js";

/** Failures arrive through the callback of each write; without a listener they would also end the process. */
export function listenToStreams() {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}

/**
 * Returns once the reader has taken the text, so that a slow one slows the run instead of filling the memory.
 * @param {string} text
 * @returns {Promise<void>}
 */
export function print(text) {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error) reject(stdoutFailure(error));
      else resolve();
    });
  });
}

/** The program that reads the output has ended, as `head` does once it has enough. */
class ReaderGone extends Failure {}

/**
 * Runs what only reads: a reader who wants no more of it is no failure.
 * @param {() => Promise<void>} run
 */
export async function whileRead(run) {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof ReaderGone)) throw error;
  }
}

/** @param {Error} error */
function stdoutFailure(error) {
  const { code } = /** @type {NodeJS.ErrnoException} */ (error);
  const Kind = code === "EPIPE" ? ReaderGone : Failure;
  return new Kind(`the output cannot be written: ${reasonOf(error)}`, EXIT.stopped, {
    cause: error,
  });
}

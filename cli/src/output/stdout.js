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

/** @param {Error} error */
function stdoutFailure(error) {
  return new Failure(`the output cannot be written: ${reasonOf(error)}`, EXIT.stopped, {
    cause: error,
  });
}

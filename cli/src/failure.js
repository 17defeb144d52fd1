import { EXIT, EXIT_OF_SIGNAL } from "./exit-codes.js";

/** An expected failure: its message is for the person at the terminal, and has no stack. */
export class Failure extends Error {
  /**
   * @param {string} message the field, the cause and the fix
   * @param {number} exitCode
   * @param {ErrorOptions} [options]
   */
  constructor(message, exitCode, options) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/**
 * The command line is wrong, or a file that it names cannot be used. Nothing was changed.
 * @param {string} message
 */
export const usage = (message) => new Failure(message, EXIT.usage);

/** The reason with which a signal cancels a run. */
export class Interrupted extends Failure {
  /**
   * @param {NodeJS.Signals} signal
   * @param {string} [more] what else is known
   */
  constructor(signal, more = "") {
    super(`stopped by ${signal === "SIGINT" ? "Ctrl-C" : signal}${more}`, EXIT_OF_SIGNAL[signal]);
    this.signal = signal;
  }

  get sentence() {
    return `${this.message.charAt(0).toUpperCase()}${this.message.slice(1)}`;
  }
}

/**
 * The message of a failed system call, without Node's prefix of code and call.
 * @param {unknown} error
 */
export function reasonOf(error) {
  const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
  return (code && REASONS[code]) ?? message;
}

/** @type {Record<string, string>} */
const REASONS = {
  EACCES: "permission denied",
  EFBIG: "the file may not grow any further",
  EISDIR: "it is a directory",
  ENOENT: "there is no such file or folder",
  ENOSPC: "the disk is full",
  EPIPE: "the program that read the output has ended",
};

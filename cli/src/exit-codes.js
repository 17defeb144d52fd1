/** What the process exits with; README.md explains each code. */
export const EXIT = {
  ok: 0,
  someFailed: 1,
  usage: 2,
  configuration: 3,
  stopped: 4,
};

/**
 * By shell convention 128 plus the number of the signal.
 * @type {Record<string, number>}
 */
export const EXIT_OF_SIGNAL = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

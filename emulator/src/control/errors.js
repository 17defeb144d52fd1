/**
 * Why the control plane refuses a request: what is wrong where, and how to correct it.
 * @typedef {object} Refusal
 * @property {string} key the part of the request that is wrong
 * @property {string} reason
 * @property {string} fix
 * @property {{ key: string, reason: string, fix: string }[]} [others] what else is wrong
 */

/** @type {Record<number, string>} */
const CODES = {
  400: "bad_request",
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  413: "too_large",
  415: "unsupported_type",
};

export class ControlError extends Error {
  /**
   * @param {number} status
   * @param {Refusal} refusal
   */
  constructor(status, { key, reason, fix, others }) {
    super(reason);
    this.status = status;
    this.body = { error: CODES[status] ?? "error", key, reason, fix, ...(others && { others }) };
  }
}

/** @param {Refusal} refusal */
export const badRequest = (refusal) => new ControlError(400, refusal);

/**
 * An error that says in parts what it refuses, as those of options, seeds and sign-ins do.
 * @param {unknown} error
 * @param {Record<string, string>} [names] of parts that the request calls otherwise
 * @returns {unknown} the same error, if it does not
 */
export function asRefused(error, names = {}) {
  const { refusal } = /** @type {{ refusal?: Refusal }} */ (error);
  if (!refusal) return error;
  return badRequest({ ...refusal, key: names[refusal.key] ?? refusal.key });
}

/**
 * @template Result
 * @param {() => Result} change
 * @returns {Result}
 */
export function refusing(change) {
  try {
    return change();
  } catch (error) {
    throw asRefused(error);
  }
}

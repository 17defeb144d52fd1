/**
 * Why the control plane refuses a request: what is wrong where, and how to correct it.
 * @typedef {object} Refusal
 * @property {string} key the part of the request that is wrong
 * @property {string} reason
 * @property {string} fix
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
  constructor(status, { key, reason, fix }) {
    super(reason);
    this.status = status;
    this.body = { error: CODES[status] ?? "error", key, reason, fix };
  }
}

/** @param {Refusal} refusal */
export const badRequest = (refusal) => new ControlError(400, refusal);

/** @type {Record<number, string>} */
const REASONS = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  413: "Payload Too Large",
  415: "Unsupported Media Type",
  429: "Too Many Requests",
  500: "Internal Server Error",
};

/** Errors of the Management API: `{ statusCode, error, message, errorCode? }`. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} message
   * @param {{ code?: string, attributes?: object, bare?: boolean }} [details] `bare` omits `error`,
   *   as Auth0 does in a few responses
   */
  constructor(status, message, { code, attributes, bare } = {}) {
    super(message);
    this.status = status;
    this.body = {
      statusCode: status,
      ...(bare ? {} : { error: REASONS[status] }),
      message,
      ...(attributes && { attributes }),
      ...(code && { errorCode: code }),
    };
  }
}

/** A password that the policy of its connection refuses. Auth0's message does not say why. */
export const weakPassword = () => new ApiError(400, "PasswordStrengthError: Password is too weak");

/** Errors of the Authentication API: `{ error, error_description, … }`. */
export class OAuthError extends Error {
  /**
   * @param {number} status
   * @param {string} error OAuth's error code
   * @param {string} description
   * @param {Record<string, string>} [extras]
   */
  constructor(status, error, description, extras = {}) {
    super(description);
    this.status = status;
    this.body = { error, error_description: description, ...extras };
  }
}

/** An error shown to a person: an HTML page, never a redirect. */
export class PageError extends Error {
  /**
   * @param {number} status
   * @param {string} title
   * @param {string} detail
   */
  constructor(status, title, detail) {
    super(detail);
    this.status = status;
    this.title = title;
  }
}

export const userNotFound = () =>
  new ApiError(404, "The user does not exist.", { code: "inexistent_user" });

/** The lists of sessions and refresh tokens use another message, without a code. */
export const listedUserNotFound = () => new ApiError(404, "User not found");

/** @param {string} description */
export const invalidBody = (description) =>
  new ApiError(400, `Payload validation error: ${description}`, { code: "invalid_body" });

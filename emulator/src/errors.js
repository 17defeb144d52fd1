/** Errors of the Management API: `{ statusCode, error, message, errorCode? }`. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} message
   * @param {{ code?: string, attributes?: object, bare?: boolean }} [details] `bare` leaves `error` out,
   *   as Auth0 does for a few answers.
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

/** Errors of the Authentication API: `{ error, error_description, … }`. */
export class OAuthError extends Error {
  constructor(status, error, description, extras = {}) {
    super(description);
    this.status = status;
    this.body = { error, error_description: description, ...extras };
  }
}

/** An error shown to a person: an HTML page, never a redirect. */
export class PageError extends Error {
  constructor(status, title, detail) {
    super(detail);
    this.status = status;
    this.title = title;
  }
}

export const userNotFound = () =>
  new ApiError(404, "The user does not exist.", { code: "inexistent_user" });

/** The lists of sessions and refresh tokens word a missing user differently, without a code. */
export const listedUserNotFound = () => new ApiError(404, "User not found");

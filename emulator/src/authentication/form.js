import { parseBody } from "../body.js";
import { ApiError, OAuthError } from "../errors.js";

/** @import { Fields, Request } from "../http.js" */

/**
 * The parameters in a form or in JSON, all of which must be strings. Some SDKs send `null` in JSON for
 * a parameter that they do not use, which counts as absent.
 * @param {Request} request
 * @returns {Fields}
 */
export function readForm(request) {
  const given = Object.entries(readBody(request)).filter(([, value]) => value !== null);
  for (const [name, value] of given) {
    if (typeof value !== "string") {
      throw new OAuthError(400, "invalid_request", `Parameter ${name} must be a string`);
    }
  }
  return Object.fromEntries(given);
}

/**
 * @param {Request} request
 * @returns {object}
 */
function readBody(request) {
  try {
    const body = parseBody(request.body, request.headers["content-type"]) ?? {};
    if (typeof body === "object" && body !== null && !Array.isArray(body)) return body;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
  throw new OAuthError(400, "invalid_request", "The request body could not be read");
}

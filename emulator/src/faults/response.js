import { STATUS_CODES } from "node:http";

/** @import { FastifyReply, FastifyRequest } from "fastify" */
/** @import { Fault } from "../../index.js" */

/**
 * Sets the status and headers of a fault's own response, and returns its body.
 * @param {Fault} what
 * @param {FastifyRequest} request
 * @param {FastifyReply} reply
 */
export function faultResponse(what, request, reply) {
  const { status = 200, headers = {}, body = errorBody(request, status) } = what;
  const isText = typeof body === "string";
  const textType = isText && body.startsWith("<") ? "text/html" : "text/plain";
  reply.code(status);
  reply.header("content-type", isText ? textType : "application/json; charset=utf-8");
  // A client that is told to slow down has no requests left.
  if (status === 429 && reply.hasHeader("x-ratelimit-limit")) {
    reply.header("x-ratelimit-remaining", 0);
  }
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  return isText ? body : JSON.stringify(body);
}

/**
 * The usual body for a status, in the format of the API that was called.
 * @param {FastifyRequest} request
 * @param {number} status
 */
function errorBody({ url, recorded }, status) {
  const reason = STATUS_CODES[status] ?? "Error";
  if (status === 204) return "";
  if (!url.startsWith("/api/")) {
    return {
      error: status === 429 ? "too_many_requests" : "server_error",
      error_description: reason,
    };
  }
  const message = status === 429 ? "Global limit has been reached" : reason;
  return { statusCode: status, error: reason, message, ...errorCode(recorded.operation, status) };
}

/**
 * Auth0 reports a missing user with a code, except in the lists of what belongs to one.
 * @param {string | undefined} operation
 * @param {number} status
 */
function errorCode(operation, status) {
  if (status === 429) return { errorCode: "too_many_requests" };
  const isAboutUser = status === 404 && operation === "get_users_by_id";
  return isAboutUser ? { errorCode: "inexistent_user" } : {};
}

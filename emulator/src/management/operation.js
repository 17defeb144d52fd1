import { parseBody } from "../body.js";
import { ApiError, invalidBody } from "../errors.js";
import { coerceQuery, firstError } from "../validate.js";
import { authenticate, authorize } from "./access.js";

/** @import { HTTPMethods } from "fastify" */
/** @import { Core } from "../core.js" */
/** @import { Request } from "../http.js" */
/** @import { Claims } from "../tokens.js" */
/** @import { ValidationError } from "../validate.js" */

/**
 * A call that passed all checks. Query and body have been validated against the operation's schemas,
 * which is why they have no types here.
 * @typedef {object} Call
 * @property {Core} core
 * @property {Claims} claims of the access token
 * @property {Record<string, string>} params
 * @property {Record<string, any>} query
 * @property {any} body
 * @property {Request} request
 * @property {Record<string, string>} headers of the response, to which the operation may add
 */

/** @typedef {{ type: string, properties?: Record<string, any>, [keyword: string]: any }} Schema */

/**
 * An operation of the Management API.
 * @typedef {object} Operation
 * @property {string} id the OpenAPI operation id
 * @property {HTTPMethods} method
 * @property {string} path below /api/v2, with :parameters
 * @property {string} [description] of a write, for the tenant log
 * @property {string[]} scopes any of these is enough
 * @property {(core: Core, params: Record<string, string>) => string | undefined} [ownerOf] the user acted
 *   upon, if it is not the one whose id is in the path
 * @property {boolean} [everyScope] all of the scopes are needed
 * @property {boolean} [enterprise] part of session management, which needs an Enterprise plan
 * @property {string} [denial] the message for other plans, if it is not the usual one
 * @property {Schema} [params] schema of the path parameters
 * @property {Schema} [query] schema of the query; without one, no parameter is allowed
 * @property {Schema} [body] schema of the body
 * @property {(call: Call) => unknown} handle returns the body of the response
 * @property {number | ((core: Core) => number)} [status] of success; 200 by default
 */

const NO_PARAMETERS = { type: "object", properties: {}, additionalProperties: false };

/**
 * Checks a request in Auth0's order (token, scope, plan, path, query, body), then carries it out.
 * @param {Core} core
 * @param {Operation} operation
 * @param {Request} request
 */
export async function perform(core, operation, request) {
  const claims = await authenticate(core, request);
  const { params } = request;
  const { ownerOf = (_core, { id }) => id } = operation;
  authorize(core, operation, claims, ownerOf(core, params));
  if (operation.enterprise && !core.sessionManagement) {
    throw new ApiError(403, operation.denial ?? "This feature is not enabled for this tenant.");
  }
  checkParams(operation, params);
  const query = checkQuery(operation, request.query);
  const body = operation.body && checkBody(operation.body, request);
  const isWrite = operation.method !== "GET";
  if (isWrite) core.searchIndex.keep();
  const headers = {};
  const result = await operation.handle({ core, claims, params, query, body, request, headers });
  if (isWrite) logWrite(core, operation, claims, request);
  const { status = 200 } = operation;
  return { status: typeof status === "function" ? status(core) : status, headers, body: result };
}

/**
 * Auth0 logs every successful write.
 * @param {Core} core
 * @param {Operation} operation
 * @param {Claims} claims
 * @param {Request} request
 */
function logWrite(core, { id, description = id, method }, claims, request) {
  const { id: ownId, user_id: userId = ownId } = request.params;
  core.log(
    "sapi",
    {
      description,
      client_id: claims.azp,
      user_id: userId?.includes("|") ? userId : undefined,
      details: { request: { method: method.toLowerCase(), path: request.url } },
    },
    request,
  );
}

/**
 * @param {Operation} operation
 * @param {Record<string, string>} params
 */
function checkParams(operation, params) {
  const error = operation.params && firstError(operation.params, params);
  if (error) throw new ApiError(400, error.message, { code: "invalid_uri" });
}

/**
 * @param {Operation} operation
 * @param {Record<string, any>} raw
 */
function checkQuery({ query: schema = NO_PARAMETERS }, raw) {
  const query = coerceQuery(schema, raw);
  const error = firstError(schema, query);
  if (error) {
    throw new ApiError(400, `Query validation error: ${describe(schema, error)}`, {
      code: "invalid_query_string",
    });
  }
  return query;
}

/**
 * @param {Schema} schema
 * @param {Request} request
 */
function checkBody(schema, request) {
  const contentType = request.headers["content-type"];
  const parsed = parseBody(request.body, contentType) ?? {};
  const isForm = /^application\/x-www-form-urlencoded/i.test(contentType ?? "");
  const body = isForm ? coerceQuery(schema, parsed) : parsed;
  const error = firstError(schema, body);
  if (error) throw invalidBody(describe(schema, error));
  return body;
}

/**
 * `'What is wrong' on property a.b (what it means).`
 * @param {Schema} schema
 * @param {ValidationError} error
 */
function describe(schema, { path, message, keyword }) {
  const named = keyword === "additionalProperties" ? path.slice(0, -1) : path;
  if (named.length === 0) return `'${message}'.`;
  const meaning = schema.properties?.[named[0]]?.description;
  return `'${message}' on property ${named.join(".")}${meaning ? ` (${meaning})` : ""}.`;
}

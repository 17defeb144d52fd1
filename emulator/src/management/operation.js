import { parseBody } from "../body.js";
import { ApiError } from "../errors.js";
import { coerceQuery, firstError } from "../validate.js";
import { authenticate, authorize } from "./access.js";

/**
 * One call of the Management API.
 * @typedef {object} Operation
 * @property {string} id         the OpenAPI operation id
 * @property {string} method
 * @property {string} path       below /api/v2, with :parameters
 * @property {string} [description] of a write, for the log
 * @property {string[]} scopes
 * @property {boolean} [everyScope]
 * @property {boolean} [enterprise] part of the session management that needs an Enterprise plan
 * @property {string} [denial]   what other plans are told, where the text is a special one
 * @property {object} [params]   schema of the path parameters
 * @property {object} [query]    schema of the query; none means no parameter is allowed
 * @property {object} [body]     schema of the body
 * @property {(call: object) => object | undefined | Promise<object | undefined>} handle
 * @property {number | ((core: object) => number)} [status] of success, 200 unless said otherwise
 */

const NO_PARAMETERS = { type: "object", properties: {}, additionalProperties: false };

/** Checks in Auth0's order (token, scope, plan, path, query, body), then does the work. */
export async function perform(core, operation, request) {
  const claims = await authenticate(core, request);
  const { params } = request;
  authorize(core, operation, claims, params.id);
  if (operation.enterprise && !core.sessionManagement) {
    throw new ApiError(403, operation.denial ?? "This feature is not enabled for this tenant.");
  }
  checkParams(operation, params);
  const query = checkQuery(operation, request.query);
  const body = operation.body && checkBody(operation, request);
  if (operation.method !== "GET") core.searchIndex.keep();
  const answer = await operation.handle({ core, claims, params, query, body, request });
  if (operation.method !== "GET") noteWrite(core, operation, claims, request);
  const { status = 200 } = operation;
  return { status: typeof status === "function" ? status(core) : status, body: answer };
}

/** Every write leaves a trace in the tenant's log. */
function noteWrite(core, operation, claims, request) {
  const { id, user_id: userId = id } = request.params;
  core.log(
    "sapi",
    {
      description: operation.description ?? operation.id,
      client_id: claims.azp,
      user_id: userId?.includes("|") ? userId : undefined,
      details: { request: { method: operation.method.toLowerCase(), path: request.url } },
    },
    request,
  );
}

function checkParams(operation, params) {
  const found = operation.params && firstError(operation.params, params);
  if (found) throw new ApiError(400, found.message, { code: "invalid_uri" });
}

function checkQuery(operation, raw) {
  const schema = operation.query ?? NO_PARAMETERS;
  const query = coerceQuery(schema, raw);
  const found = firstError(schema, query);
  if (found) {
    throw new ApiError(400, `Query validation error: ${describe(schema, found)}`, {
      code: "invalid_query_string",
    });
  }
  return query;
}

function checkBody(operation, request) {
  const contentType = request.headers["content-type"];
  const parsed = parseBody(request.body, contentType) ?? {};
  const isForm = /^application\/x-www-form-urlencoded/i.test(contentType ?? "");
  const body = isForm ? coerceQuery(operation.body, parsed) : parsed;
  const found = firstError(operation.body, body);
  if (found) throw invalidBody(describe(operation.body, found));
  return body;
}

export function invalidBody(description) {
  return new ApiError(400, `Payload validation error: ${description}`, { code: "invalid_body" });
}

/** `'What is wrong' on property a.b (what it means).` */
function describe(schema, { path, message, keyword }) {
  const named = keyword === "additionalProperties" ? path.slice(0, -1) : path;
  if (named.length === 0) return `'${message}'.`;
  const meaning = schema.properties?.[named[0]]?.description;
  return `'${message}' on property ${named.join(".")}${meaning ? ` (${meaning})` : ""}.`;
}

import Fastify from "fastify";
import { placeOf } from "../seed/describe.js";
import { serverOptions, trackSockets } from "../server.js";
import { coerceQuery, firstError } from "../validate.js";
import { badRequest, ControlError } from "./errors.js";
import { guard } from "./guard.js";
import { routes } from "./routes.js";

/** @import { FastifyError, FastifyInstance, FastifyRequest } from "fastify" */
/** @import { ControlOptions, Tenant } from "../../index.js" */
/** @import { Core } from "../core.js" */
/** @import { Route } from "./route.js" */

const JSON_TYPE = "application/json; charset=utf-8";
/** Seeds can have many users. */
const BODY_LIMIT = 32 * 1024 * 1024;
/** @type {NonNullable<Route["query"]>} */
const NO_QUERY = { type: "object", additionalProperties: false, properties: {} };

/**
 * What a test in another language controls the tenant with. It has a port of its own, so that its
 * addresses are not the tenant's, and no CORS, so that no page of a browser can use it.
 * @param {Core} core
 * @param {Tenant} tenant
 * @param {Required<ControlOptions>} control
 * @returns {FastifyInstance}
 */
export function createControlServer(core, tenant, control) {
  const app = Fastify({ ...serverOptions(core), bodyLimit: BODY_LIMIT });
  trackSockets(app, core);
  guard(app, control, [core.options.host, new URL(core.origin).hostname]);
  acceptJson(app);
  app.setNotFoundHandler((request, reply) => reply.send(notFound(request)));
  app.setErrorHandler((error, _request, reply) => {
    const known = error instanceof ControlError ? error : translate(/** @type {any} */ (error));
    return reply.code(known.status).type(JSON_TYPE).send(JSON.stringify(known.body));
  });
  for (const route of routes) addRoute(app, core, tenant, route);
  return app;
}

/** @param {FastifyInstance} app */
function acceptJson(app) {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) =>
    done(null, body),
  );
  // Some clients name a type, such as that of forms, for a body that is empty.
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) =>
    body === "" ? done(null, body) : done(wrongType()),
  );
}

/**
 * @param {FastifyInstance} app
 * @param {Core} core
 * @param {Tenant} tenant
 * @param {Route} route
 */
function addRoute(app, core, tenant, route) {
  app.route({
    method: route.method,
    url: route.url,
    handler: async (request, reply) => {
      const params = /** @type {Record<string, string>} */ (request.params);
      const [query, body] = [readQuery(route, request), readBody(route, request)];
      const result = await route.handle({ core, tenant, params, query, body });
      if (result === undefined) return reply.code(204).send();
      const text = JSON.stringify(result);
      return reply
        .code(route.status ?? 200)
        .type(JSON_TYPE)
        .send(text);
    },
  });
}

/**
 * @param {Route} route
 * @param {FastifyRequest} request
 */
function readQuery({ query: schema = NO_QUERY }, request) {
  const query = coerceQuery(schema, /** @type {Record<string, unknown>} */ (request.query));
  const error = firstError(schema, query);
  if (!error) return query;
  const known = Object.keys(schema.properties ?? {}).join(", ") || "none";
  throw badRequest({
    key: placeOf(error.path),
    reason: error.message,
    fix: `parameters of this route: ${known}`,
  });
}

/**
 * @param {Route} route
 * @param {FastifyRequest} request
 */
function readBody({ body: schema, example, isBodyOptional }, request) {
  const text = /** @type {string | undefined} */ (request.body);
  if (!text) {
    if (!schema || isBodyOptional) return undefined;
    throw badRequest({
      key: "body",
      reason: "the body is missing",
      fix: `send JSON such as ${example}`,
    });
  }
  if (!schema) {
    throw badRequest({ key: "body", reason: "this route takes no body", fix: "send no body" });
  }
  const body = parse(text, example);
  const error = firstError(schema, body);
  if (!error) return body;
  const key = placeOf(error.path) || "body";
  throw badRequest({ key, reason: error.message, fix: `send JSON such as ${example}` });
}

/**
 * @param {string} text
 * @param {string | undefined} example
 */
function parse(text, example) {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest({
      key: "body",
      reason: "the body is not JSON",
      fix: `send JSON such as ${example}`,
    });
  }
}

/** @param {FastifyRequest} request */
function notFound({ method }) {
  const known = routes.map((route) => `${route.method} ${route.url}`).join(", ");
  return new ControlError(404, {
    key: "path",
    reason: `${method} has no such route`,
    fix: `use one of ${known}`,
  });
}

const wrongType = () =>
  new ControlError(415, {
    key: "content-type",
    reason: "the type is not application/json",
    fix: "send content-type: application/json, or no body",
  });

/**
 * Errors that Fastify raises itself.
 * @param {FastifyError} error
 */
function translate({ statusCode = 500, message }) {
  if (statusCode === 415) return wrongType();
  if (statusCode === 413) {
    const reason = `the body has more than ${BODY_LIMIT} bytes`;
    return new ControlError(413, { key: "body", reason, fix: "send the rows in several requests" });
  }
  const fix = "report it with the request that caused it";
  return new ControlError(statusCode, { key: "request", reason: message, fix });
}

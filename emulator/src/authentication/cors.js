import { mayRead } from "./origins.js";

/** @import { FastifyInstance } from "fastify" */
/** @import { Core } from "../core.js" */
/** @import { ApiKind, Reply, Request } from "../http.js" */

const EXPOSED = "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After";
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~-]+(?: *, *[\w!#$%&'*+.^`|~-]+)*$/;
const MAX_AGE_SECONDS = "600";

/** The whole Management API: a page may call it with a person's token. */
const MANAGEMENT = "/api/v2/";
const MANAGEMENT_METHODS = "GET, POST, PUT, PATCH, DELETE";

/**
 * What the Management API and the other endpoints that scripts call add for other origins (CORS). It is
 * added before the request is processed, so that a page can read errors as well.
 * @param {FastifyInstance} app
 * @param {Core} core
 * @param {string[]} urls of the other endpoints
 */
export function crossOrigin(app, core, urls) {
  app.addHook("onRequest", (request, reply, done) => {
    const isForScripts = urls.includes(request.routeOptions.url ?? "");
    if (isForScripts || request.url.startsWith(MANAGEMENT)) allow(core, request, reply);
    done();
  });
  /**
   * @param {string} url
   * @param {ApiKind} api
   * @param {string} methods
   */
  const answer = (url, api, methods) =>
    app.route({
      method: "OPTIONS",
      url,
      config: { operation: "preflight", api },
      handler: (request, reply) => preflight(/** @type {Request} */ (request), reply, methods),
    });
  for (const url of urls) answer(url, "authentication", "GET, POST");
  answer(`${MANAGEMENT}*`, "management", MANAGEMENT_METHODS);
}

/**
 * @param {Core} core
 * @param {Pick<Request, "headers">} request
 * @param {Reply} reply
 */
function allow(core, { headers }, reply) {
  reply.header("vary", "Origin");
  const { origin } = headers;
  if (origin === undefined || !mayRead(core, origin)) return;
  reply.header("access-control-allow-origin", origin);
  reply.header("access-control-allow-credentials", "true");
  reply.header("access-control-expose-headers", EXPOSED);
}

/**
 * An origin that is not allowed gets an answer without permissions, as with Auth0: the browser reports it.
 * @param {Request} request
 * @param {Reply} reply
 * @param {string} methods
 */
function preflight({ headers }, reply, methods) {
  if (reply.hasHeader("access-control-allow-origin")) {
    const wanted = headers["access-control-request-headers"] ?? "";
    reply.header("access-control-allow-methods", methods);
    if (HEADER_NAMES.test(wanted)) reply.header("access-control-allow-headers", wanted);
    reply.header("access-control-max-age", MAX_AGE_SECONDS);
  }
  return reply.code(204).send();
}

import Fastify from "fastify";
import { authenticationRoutes } from "./authentication/routes.js";
import { ApiError, OAuthError, PageError } from "./errors.js";
import { faultHooks } from "./faults/hooks.js";
import { managementRoutes } from "./management/routes.js";
import { messagePage, sendPage } from "./pages/html.js";
import { pageRoutes } from "./pages/routes.js";

/** @import { FastifyError, FastifyInstance, FastifyServerOptions } from "fastify" */
/** @import { Core } from "./core.js" */
/** @import { Reply, Request } from "./http.js" */

const BODY_LIMIT = 1024 * 1024;
const JSON_TYPE = "application/json; charset=utf-8";

const rejectSchema = () => {
  throw new Error("A route cannot have a schema: operations validate their requests.");
};
// Without compilers of ours, fastify loads its own at the start, which takes long (ADR 21).
const COMPILERS = { buildValidator: rejectSchema, buildSerializer: rejectSchema };

/**
 * The HTTP side of a tenant: parsing, recording, errors. The routes decide what responses say.
 * @param {Core} core
 * @returns {FastifyInstance}
 */
export function createServer(core) {
  const app = Fastify(serverOptions(core));
  trackSockets(app, core);
  keepBodiesRaw(app);
  collectRoutes(app, core);
  recordRequests(app, core);
  limitRates(app, core);
  faultHooks(app, core);
  recordResponses(app, core);
  app.setNotFoundHandler((request, reply) => reply.send(notFound(request)));
  app.setErrorHandler((error, request, reply) =>
    sendError(/** @type {FastifyError} */ (error), request, reply),
  );
  managementRoutes(app, core);
  authenticationRoutes(app, core);
  pageRoutes(app, core);
  return app;
}

/**
 * @param {Core} core
 * @returns {FastifyServerOptions}
 */
export function serverOptions({ tls, options }) {
  const https = tls && { key: tls.key, cert: tls.cert, allowHTTP1: true };
  return {
    .../** @type {object} */ (tls && { https, http2: options.http2 }),
    logger: false,
    schemaController: { compilersFactory: COMPILERS },
    bodyLimit: BODY_LIMIT,
    exposeHeadRoutes: false,
    // As long as a request line can be: the operation decides which ids are too long.
    routerOptions: { maxParamLength: 16_384 },
    rewriteUrl: ({ url = "/" }) => (isDecodable(url) ? url : unmatched(url)),
    forceCloseConnections: true,
    return503OnClosing: false,
  };
}

/**
 * Force-closes every connection when the tenant closes, whether it is idle, sending or stalled.
 * @param {FastifyInstance} app
 * @param {Core} core
 */
export function trackSockets(app, { sockets }) {
  const keep = (/** @type {import("node:net").Socket} */ socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
  };
  app.server.on("connection", keep).on("secureConnection", keep);
  app.addHook("preClose", (done) => {
    for (const socket of sockets) socket.destroy();
    done();
  });
}

/**
 * Bodies are parsed by the operations, because Auth0 checks the token and the scope first.
 * @param {FastifyInstance} app
 */
export function keepBodiesRaw(app) {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (request, body, done) => {
    request.recorded.body = String(body);
    done(null, body);
  });
}

/**
 * Names each route as Auth0's documentation does: `/api/v2/users/{id}`.
 * @param {FastifyInstance} app
 * @param {Core} core
 */
export function collectRoutes(app, core) {
  app.addHook("onRoute", ({ config, url, method }) => {
    if (!config) return;
    const template = url.replace(/:(\w+)/g, "{$1}");
    config.template = template;
    for (const one of [method].flat()) {
      core.routes.push({ method: one, template, operation: config.operation });
    }
  });
}

/**
 * @param {FastifyInstance} app
 * @param {Core} core
 */
export function recordRequests(app, core) {
  // Fastify requires the property to be declared before the first request; the hook below sets it.
  app.decorateRequest("recorded");
  app.addHook("onRequest", (request, reply, done) => {
    core.jobs.settle();
    reply.header("date", new Date(core.clock.now()).toUTCString());
    request.recorded = core.recorder.open(/** @type {Request} */ (request), core.clock.now());
    done();
  });
  app.addHook("onResponse", (request, _reply, done) => {
    core.recorder.finish(request.recorded);
    done();
  });
}

/**
 * A request counts as soon as it arrives, but its 429 is sent only after the body was read.
 * @param {FastifyInstance} app
 * @param {Core} core
 */
function limitRates(app, core) {
  app.decorateRequest("rateLimitError", null);
  app.addHook("onRequest", (request, reply, done) => {
    try {
      core.limits.take(/** @type {Request} */ (request), reply);
    } catch (error) {
      request.rateLimitError = /** @type {Error} */ (error);
    }
    done();
  });
  app.addHook("preHandler", (request, _reply, done) => done(request.rateLimitError ?? undefined));
}

/**
 * Runs after the fault hooks, so it records what they made of the response.
 * @param {FastifyInstance} app
 * @param {Core} core
 */
export function recordResponses(app, { recorder }) {
  app.addHook("onSend", (request, reply, payload, done) => {
    const { recorded } = request;
    recorded.status = reply.statusCode;
    recorded.responseHeaders = reply.getHeaders();
    // A fault that changes how the bytes arrive has already recorded the text.
    if (typeof payload === "string") recorded.responseBody = payload;
    recorded.outcome = "answered";
    const end = () => recorder.finish(recorded);
    const { socket } = request.raw;
    // If the client has left, there is no response whose end could be awaited.
    if (reply.raw.destroyed || socket.destroyed) end();
    else reply.raw.once("close", end);
    // A pipelined response that waits for the one before it may never be sent.
    if (!reply.raw.socket) socket.once("close", end);
    done(null, payload);
  });
}

/**
 * The router would answer an undecodable URL itself, unrecorded. It gets one that matches no route.
 * @param {string} url
 */
const unmatched = (url) => (url.startsWith("/api/") ? "/api/-" : "/-");

/** @param {string} url */
function isDecodable(url) {
  try {
    decodeURIComponent(url.split(/[?#]/, 1)[0]);
    return true;
  } catch {
    return false;
  }
}

/** @typedef {Pick<Request, "url" | "originalUrl">} Addressed */

/** @param {Addressed} request */
function notFound(request) {
  if (!isDecodable(request.originalUrl)) return badUrl(request);
  return isAuthentication(request)
    ? new OAuthError(404, "not_found", "Not Found")
    : new ApiError(404, "Not Found");
}

/** @param {Addressed} request */
function badUrl(request) {
  const text = "The URL cannot be decoded";
  return isAuthentication(request)
    ? new OAuthError(400, "invalid_request", text)
    : new ApiError(400, text, { code: "invalid_uri" });
}

/** @param {Addressed} request */
function isAuthentication({ url }) {
  return !url.startsWith("/api/");
}

/**
 * @param {FastifyError | ApiError | OAuthError | PageError} error
 * @param {Addressed} request
 * @param {Reply} reply
 */
function sendError(error, request, reply) {
  if (error instanceof PageError) {
    return sendPage(reply, error.status, messagePage(error.title, error.message));
  }
  const known = "body" in error ? error : translate(error, request);
  return reply
    .code(known.status)
    .header("content-type", JSON_TYPE)
    .send(JSON.stringify(known.body));
}

/**
 * Errors that Fastify raises itself (size, encoding, …), in Auth0's format.
 * @param {FastifyError} error
 * @param {Addressed} request
 */
function translate({ statusCode = 500, message }, request) {
  const isClientError = statusCode >= 400 && statusCode < 500;
  const status = isClientError ? statusCode : 500;
  const text = isClientError ? message : "Internal Server Error";
  return isAuthentication(request)
    ? new OAuthError(status, isClientError ? "invalid_request" : "server_error", text)
    : new ApiError(status, text);
}

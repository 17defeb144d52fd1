import Fastify from "fastify";
import { authenticationRoutes } from "./authentication/routes.js";
import { ApiError, OAuthError, PageError } from "./errors.js";
import { faultHooks } from "./faults/hooks.js";
import { managementRoutes } from "./management/routes.js";
import { errorPage, sendPage } from "./pages/html.js";
import { pageRoutes } from "./pages/routes.js";

const BODY_LIMIT = 1024 * 1024;
const JSON_TYPE = "application/json; charset=utf-8";

/** The HTTP side of a tenant: parsing, recording, errors. What an answer says is the routes' business. */
export function createServer(core) {
  const { tls, options } = core;
  const app = Fastify({
    ...(tls && { https: { key: tls.key, cert: tls.cert, allowHTTP1: true }, http2: options.http2 }),
    logger: false,
    bodyLimit: BODY_LIMIT,
    exposeHeadRoutes: false,
    // As long as a request line can be: what is too long for an id is the operation's business.
    routerOptions: { maxParamLength: 16_384 },
    rewriteUrl: ({ url }) => (isDecodable(url) ? url : unreadable(url)),
    forceCloseConnections: true,
    return503OnClosing: false,
  });
  trackSockets(app, core);
  keepBodiesRaw(app);
  nameRoutes(app, core);
  recordEverything(app, core);
  limitRates(app, core);
  faultHooks(app, core);
  recordAnswers(app, core);
  app.setNotFoundHandler((request, reply) => reply.send(notFound(request)));
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  managementRoutes(app, core);
  authenticationRoutes(app, core);
  pageRoutes(app, core);
  return app;
}

/** Closing means closing: no answer under way, idle connection or stalled fault holds it up. */
function trackSockets(app, { sockets }) {
  const keep = (socket) => {
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

/** Bodies are parsed after the token and the scope were checked, as Auth0 does. */
function keepBodiesRaw(app) {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (request, body, done) => {
    request.recorded.body = body;
    done(null, body);
  });
}

/** Templates are written as Auth0's documents write them. */
function nameRoutes(app, core) {
  app.addHook("onRoute", ({ config, url, method }) => {
    if (!config) return;
    config.template = url.replace(/:(\w+)/g, "{$1}");
    for (const one of [method].flat()) {
      core.routes.push({ method: one, template: config.template, operation: config.operation });
    }
  });
}

function recordEverything(app, core) {
  app.decorateRequest("recorded", null);
  app.addHook("onRequest", (request, reply, done) => {
    core.jobs.settle();
    reply.header("date", new Date(core.clock.now()).toUTCString());
    request.recorded = core.recorder.open(request, core.clock.now());
    done();
  });
  app.addHook("onResponse", (request, _reply, done) => {
    core.recorder.finish(request.recorded);
    done();
  });
}

/** Every request counts as soon as it is there; who is refused is told once the body was read. */
function limitRates(app, core) {
  app.decorateRequest("refusal", null);
  app.addHook("onRequest", (request, reply, done) => {
    try {
      core.limits.take(request, reply);
    } catch (error) {
      request.refusal = error;
    }
    done();
  });
  app.addHook("preHandler", (request, _reply, done) => done(request.refusal ?? undefined));
}

/** After the faults had their say. */
function recordAnswers(app, { recorder }) {
  app.addHook("onSend", (request, reply, payload, done) => {
    const { recorded } = request;
    recorded.status = reply.statusCode;
    recorded.responseHeaders = reply.getHeaders();
    // A fault that changes how bytes arrive has noted the text already.
    if (typeof payload === "string") recorded.responseBody = payload;
    recorded.outcome = "answered";
    const end = () => recorder.finish(recorded);
    const { socket } = request.raw;
    // Without a client there is no response whose end could be awaited.
    if (reply.raw.destroyed || socket.destroyed) end();
    else reply.raw.once("close", end);
    // One that waits behind another on its connection may never be sent.
    if (!reply.raw.socket) socket.once("close", end);
    done(null, payload);
  });
}

/** The router would answer for itself, unrecorded: such a path goes where nothing is found. */
const unreadable = (url) => (url.startsWith("/api/") ? "/api/-" : "/-");

function isDecodable(url) {
  try {
    decodeURIComponent(url.split(/[?#]/, 1)[0]);
    return true;
  } catch {
    return false;
  }
}

function notFound(request) {
  if (!isDecodable(request.originalUrl)) return badUrl(request);
  return isAuthentication(request)
    ? new OAuthError(404, "not_found", "Not Found")
    : new ApiError(404, "Not Found");
}

function badUrl(request) {
  const text = "The URL cannot be read";
  return isAuthentication(request)
    ? new OAuthError(400, "invalid_request", text)
    : new ApiError(400, text, { code: "invalid_uri" });
}

function isAuthentication(request) {
  return !request.url.startsWith("/api/");
}

function sendError(error, request, reply) {
  if (error instanceof PageError) {
    return sendPage(reply, error.status, errorPage(error.title, error.message));
  }
  const known = error.body ? error : foreign(error, request);
  reply.code(known.status).header("content-type", JSON_TYPE).send(JSON.stringify(known.body));
}

/** Fastify's own refusals (size, encoding, …) in Auth0's words. */
function foreign(error, request) {
  const status = error.statusCode >= 400 && error.statusCode < 500 ? error.statusCode : 500;
  const message = status === 500 ? "Internal Server Error" : error.message;
  return isAuthentication(request)
    ? new OAuthError(status, status === 500 ? "server_error" : "invalid_request", message)
    : new ApiError(status, message);
}

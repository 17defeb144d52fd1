import { STATUS_CODES } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { changeBytes, changeJson } from "./payload.js";

/** Lets requests meet the faults that wait for them. @param {import("fastify").FastifyInstance} app */
export function faultHooks(app, core) {
  const closing = new AbortController();
  app.addHook("preClose", (done) => {
    closing.abort();
    done();
  });
  app.addHook("preHandler", (request, reply, done) => {
    const what = core.faults.take(request.recorded);
    if (!what) return done();
    request.recorded.fault = what;
    interrupt(core, what, request, reply, closing.signal, done);
  });
  app.addHook("onSend", (request, reply, payload, done) => {
    const what = request.recorded.fault;
    if (!what || typeof payload !== "string") return done(null, payload);
    if (isAfter(what, "reset")) return kill(core, request);
    if (isAfter(what, "hang")) return leave(core, request);
    const replaces = what.commit && (what.status || what.body !== undefined);
    const text = replaces ? answer(what, request, reply) : payload;
    const changed = changeJson(core, what, request, text);
    request.recorded.responseBody = changed;
    reply.removeHeader("content-length");
    done(null, changeBytes(what, request, reply, changed));
  });
}

/** What happens before the request is carried out. */
async function interrupt(core, what, request, reply, signal, done) {
  if (what.delay) await sleep(what.delay, undefined, { signal, ref: true }).catch(() => {});
  const answers = (what.status || what.body !== undefined) && !what.commit;
  if (isBefore(what, "reset") || isBefore(what, "hang")) {
    reply.hijack();
    if (what.reset) kill(core, request);
    else leave(core, request);
  } else if (answers) {
    reply.send(answer(what, request, reply));
  } else {
    done();
  }
}

const isAfter = (what, kind) => what[kind] === "after" || (what[kind] === true && what.commit);
const isBefore = (what, kind) => what[kind] === "before" || (what[kind] === true && !what.commit);

/** Sets status and headers, and returns the body's text. */
function answer(what, request, reply) {
  const { status = 200, headers = {}, body = errorBody(request, status) } = what;
  const isText = typeof body === "string";
  const textType = isText && body.startsWith("<") ? "text/html" : "text/plain";
  reply.code(status);
  reply.header("content-type", isText ? textType : "application/json; charset=utf-8");
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  return isText ? body : JSON.stringify(body);
}

/** The usual body of that status, in the words of the API that was called. */
function errorBody(request, status) {
  const reason = STATUS_CODES[status] ?? "Error";
  if (status === 204) return "";
  if (!request.url.startsWith("/api/")) {
    return {
      error: status === 429 ? "too_many_requests" : "server_error",
      error_description: reason,
    };
  }
  const message = status === 429 ? "Global limit has been reached" : reason;
  return {
    statusCode: status,
    error: reason,
    message,
    ...(status === 429 && { errorCode: "too_many_requests" }),
  };
}

/** The connection ends without an answer. */
function kill(core, request) {
  leave(core, request);
  const { raw } = request;
  if (raw.stream) cutSession(core, raw.stream.session);
  else if (raw.socket.encrypted) raw.socket.destroy();
  else raw.socket.resetAndDestroy();
}

/** An HTTP/2 session would say goodbye; its sockets just go. */
function cutSession({ sockets }, session) {
  const { remotePort } = session.socket;
  for (const socket of sockets) if (socket.remotePort === remotePort) socket.destroy();
}

/** The connection stays open, silent, until somebody closes it. */
function leave(core, request) {
  request.recorded.outcome = "faulted";
  core.recorder.finish(request.recorded);
}

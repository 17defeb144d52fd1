import { setMaxListeners } from "node:events";
import { STATUS_CODES } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { changeBytes, changeJson, isTruncated } from "./payload.js";

/** Lets requests meet the faults that wait for them. @param {import("fastify").FastifyInstance} app */
export function faultHooks(app, core) {
  const closing = new AbortController();
  // As many requests wait for it as there are faults under way.
  setMaxListeners(0, closing.signal);
  app.addHook("preClose", (done) => {
    closing.abort();
    done();
  });
  app.addHook("preHandler", (request, reply, done) => {
    const what = core.faults.take(request.recorded);
    if (!what) return done();
    request.recorded.fault = what;
    interrupt(core, what, request, reply, closing.signal).then((goesOn) => goesOn && done(), done);
  });
  app.addHook("onSend", (request, reply, payload, done) => {
    const what = request.recorded.fault;
    const original = payload ?? "";
    if (!what || typeof original !== "string") return done(null, payload);
    if (isAfter(what, "reset")) return kill(core, request);
    if (isAfter(what, "hang")) return leave(core, request);
    const replaces = what.commit && (what.status || what.body !== undefined);
    const text = replaces ? answer(what, request, reply) : original;
    if (text === "") return spareEmpty(core, what, request, () => done(null, text));
    const changed = changeJson(core, what, request, text);
    request.recorded.responseBody = changed;
    reply.removeHeader("content-length");
    if (endsEarly(what)) noteClosing(core, request);
    // A body in pieces has more listeners than Node takes for sound.
    reply.raw.setMaxListeners(0);
    done(null, changeBytes(what, reply, changed, { request, signal: closing.signal }));
  });
}

/** An answer without a body has no half to send: it is lost with its connection, or never comes. */
function spareEmpty(core, what, request, answerAsItIs) {
  if (isTruncated(what)) kill(core, request);
  else if (what.hang === "body") leave(core, request);
  else answerAsItIs();
}

const endsEarly = (what) => isTruncated(what) || what.hang === "body";

/** The record of an answer that never ends is finished when its connection is. */
function noteClosing(core, request) {
  const { raw } = request;
  const connection = raw.stream?.session ? raw.stream : raw.socket;
  connection.once("close", () => leave(core, request));
}

/**
 * What happens before the request is carried out.
 * @returns {Promise<boolean>} whether it is carried out
 */
async function interrupt(core, what, request, reply, signal) {
  if (what.delay && !(await passes(what.delay, signal))) {
    reply.hijack();
    leave(core, request);
    return false;
  }
  const answers = (what.status || what.body !== undefined) && !what.commit;
  if (isBefore(what, "reset") || isBefore(what, "hang")) {
    reply.hijack();
    if (what.reset) kill(core, request);
    else leave(core, request);
    return false;
  }
  if (answers) reply.send(answer(what, request, reply));
  return !answers;
}

/** @returns {Promise<boolean>} false when the tenant closes meanwhile */
function passes(delay, signal) {
  return sleep(delay, true, { signal }).catch(() => false);
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
  // Whoever is told to slow down has nothing left.
  if (status === 429 && reply.hasHeader("x-ratelimit-limit")) {
    reply.header("x-ratelimit-remaining", 0);
  }
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
    ...codeOf(request, status),
  };
}

/** Auth0 names the absence of a user by a code, but where it lists what belongs to one. */
function codeOf({ recorded }, status) {
  if (status === 429) return { errorCode: "too_many_requests" };
  const isAboutUser = status === 404 && recorded.operation === "get_users_by_id";
  return isAboutUser ? { errorCode: "inexistent_user" } : {};
}

/** The connection ends without an answer. */
function kill(core, request) {
  leave(core, request);
  const { raw } = request;
  if (raw.httpVersionMajor === 2) cutSession(core, raw.stream?.session);
  else if (raw.socket?.encrypted) raw.socket.destroy();
  else raw.socket?.resetAndDestroy();
}

/** An HTTP/2 session would say goodbye; its sockets just go. */
function cutSession({ sockets }, session) {
  // A client that left took its session's socket along.
  if (!session || session.destroyed) return;
  const { remotePort } = session.socket;
  for (const socket of sockets) if (socket.remotePort === remotePort) socket.destroy();
}

/** The connection stays open, silent, until somebody closes it. */
function leave(core, request) {
  request.recorded.outcome = "faulted";
  core.recorder.finish(request.recorded);
}

import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { abandon, isHttp2, resetConnection } from "./connection.js";
import { changeBytes, changeJson, isTruncated } from "./payload.js";
import { faultResponse } from "./response.js";

/** @import { FastifyInstance, FastifyReply, FastifyRequest } from "fastify" */
/** @import { Fault } from "../../index.js" */
/** @import { Core } from "../core.js" */

/**
 * A request that meets a fault. `signal` aborts when the tenant closes.
 * @typedef {object} Hit
 * @property {Core} core
 * @property {Fault} what
 * @property {FastifyRequest} request
 * @property {FastifyReply} reply
 * @property {AbortSignal} signal
 */

/**
 * Injects the faults that wait for a request.
 * @param {FastifyInstance} app
 * @param {Core} core
 */
export function faultHooks(app, core) {
  const closing = new AbortController();
  const { signal } = closing;
  // Each fault in progress listens to this signal.
  setMaxListeners(0, signal);
  app.addHook("preClose", (done) => {
    closing.abort();
    done();
  });
  app.addHook("preHandler", (request, reply, done) => {
    const what = core.faults.take(request.recorded);
    if (!what) return done();
    request.recorded.fault = what;
    interrupt({ core, what, request, reply, signal }).then((goesOn) => goesOn && done(), done);
  });
  app.addHook("onSend", (request, reply, payload, done) => {
    const what = request.recorded.fault;
    const original = payload ?? "";
    if (!what || !isComplete(original)) return done(null, payload);
    corrupt({ core, what, request, reply, signal }, original, (body) => done(null, body));
  });
}

/**
 * What happens before the request is carried out.
 * @param {Hit} hit
 * @returns {Promise<boolean>} whether to carry it out
 */
async function interrupt({ core, what, request, reply, signal }) {
  if (what.delay && !(await passes(what.delay, signal))) {
    reply.hijack();
    abandon(core, request);
    return false;
  }
  if (isBefore(what, "reset") || isBefore(what, "hang")) {
    reply.hijack();
    if (what.reset) resetConnection(core, request);
    else abandon(core, request);
    return false;
  }
  const responds = hasResponse(what) && !what.commit;
  if (responds) reply.send(faultResponse(what, request, reply));
  return !responds;
}

/**
 * What happens to the response once the request has been carried out.
 * @param {Hit} hit
 * @param {string | Buffer} original
 * @param {(body: unknown) => void} send
 */
function corrupt({ core, what, request, reply, signal }, original, send) {
  if (isAfter(what, "reset")) return resetConnection(core, request);
  if (isAfter(what, "hang")) return abandon(core, request);
  const isReplaced = what.commit && hasResponse(what);
  const text = isReplaced ? faultResponse(what, request, reply) : original;
  if (text === "") {
    // Half of an empty body cannot be sent: either the connection is lost, or nothing comes.
    if (isTruncated(what)) return resetConnection(core, request);
    return what.hang === "body" ? abandon(core, request) : send(text);
  }
  const changed = changeJson(core, what, request, text);
  if (typeof changed === "string") request.recorded.responseBody = changed;
  reply.removeHeader("content-length");
  if (isTruncated(what) || what.hang === "body") abandonOnClose(core, request);
  // A body sent in pieces adds more listeners than Node.js expects.
  reply.raw.setMaxListeners(0);
  send(changeBytes(what, reply, changed, { request, signal }));
}

/**
 * Whether a body is at hand, rather than a stream of it.
 * @param {unknown} body
 * @returns {body is string | Buffer}
 */
const isComplete = (body) => typeof body === "string" || Buffer.isBuffer(body);

/**
 * A response that never ends is finished in the record when its connection closes.
 * @param {Core} core
 * @param {FastifyRequest} request
 */
function abandonOnClose(core, request) {
  const { raw } = request;
  const connection = isHttp2(raw) && raw.stream?.session ? raw.stream : raw.socket;
  connection.once("close", () => abandon(core, request));
}

/**
 * Waits, unless the tenant closes meanwhile.
 * @param {number} delay
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether the delay has passed
 */
function passes(delay, signal) {
  return sleep(delay, true, { signal }).catch(() => false);
}

/** @param {Fault} what */
const hasResponse = ({ status, body }) => Boolean(status) || body !== undefined;

/**
 * @param {Fault} what
 * @param {"reset" | "hang"} kind
 */
const isAfter = (what, kind) => what[kind] === "after" || (what[kind] === true && what.commit);

/**
 * @param {Fault} what
 * @param {"reset" | "hang"} kind
 */
const isBefore = (what, kind) => what[kind] === "before" || (what[kind] === true && !what.commit);

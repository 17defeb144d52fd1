/** @import { IncomingMessage } from "node:http" */
/** @import { Http2ServerRequest, Http2Session } from "node:http2" */
/** @import { FastifyRequest } from "fastify" */
/** @import { Core } from "../core.js" */

/**
 * @param {IncomingMessage | Http2ServerRequest} raw
 * @returns {raw is Http2ServerRequest}
 */
export function isHttp2(raw) {
  return raw.httpVersionMajor === 2;
}

/**
 * Ends the connection without a response.
 * @param {Core} core
 * @param {FastifyRequest} request
 */
export function resetConnection(core, request) {
  abandon(core, request);
  const raw = /** @type {IncomingMessage | Http2ServerRequest} */ (request.raw);
  if (isHttp2(raw)) destroySession(core, raw.stream?.session);
  else if (raw.socket && "encrypted" in raw.socket) raw.socket.destroy();
  else raw.socket?.resetAndDestroy();
}

/**
 * Closing an HTTP/2 session would send GOAWAY first, so its socket is destroyed instead.
 * @param {Core} core
 * @param {Http2Session | undefined} session
 */
function destroySession({ sockets }, session) {
  // When the client has left, the session no longer has a socket.
  if (!session || session.destroyed) return;
  const { remotePort } = session.socket;
  for (const socket of sockets) if (socket.remotePort === remotePort) socket.destroy();
}

/**
 * Sends nothing more: the connection stays open until somebody closes it.
 * @param {Core} core
 * @param {FastifyRequest} request
 */
export function abandon(core, request) {
  request.recorded.outcome = "faulted";
  core.recorder.finish(request.recorded);
}

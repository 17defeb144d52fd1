// A server on loopback that responds exactly as a test specifies, however wrong.

import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

const SCOPES = "read:users read:sessions delete:sessions delete:refresh_tokens";

/** A valid response of the token endpoint. */
export const tokenResponse = { access_token: "scripted-token", expires_in: 86_400, scope: SCOPES };

/**
 * `create` creates the server for a handler; the default is `createServer` of node:http.
 *
 * `script` has two parts, `token` for the token endpoint and `api` for everything else. Each is a response, a list of
 * responses (the last one repeats), or a function from the request to a response.
 *
 * A response is `{ status, headers, body }`, where an object as `body` is sent as JSON, and a status from 400 without a
 * body gets the one that Auth0 sends; or any other object, sent as JSON with 200; or "reset", "hang"; or a function
 * `(response, request)` that writes it; or a promise of one of these.
 */
export async function scriptedServer(t, script, create = createServer) {
  const requests = [];
  const open = openRequests();
  const server = create(async (request, response) => {
    open.add(response);
    const { method, url, headers } = request;
    const scripted = url === "/oauth/token" ? (script.token ?? tokenResponse) : script.api;
    const recorded = { method, url, headers, body: await text(request) };
    requests.push(recorded);
    await send(await choose(scripted, recorded, requests), response, recorded);
  });
  const sockets = socketsOf(server);
  const port = await listen(server);
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  t.after(close);
  const scheme = "setSecureContext" in server ? "https" : "http";
  return {
    domain: `${scheme}://127.0.0.1:${port}`,
    clientId: "scripted-client",
    clientSecret: "scripted-secret",
    requests,
    /** Resolves once no request is open. */
    quiet: open.none,
    /** How many connections have been opened. */
    get connections() {
      return sockets.size;
    },
    /** Calls `listener` with the socket of every new connection. */
    onConnection(listener) {
      server.on("connection", listener);
    },
    /** Closes every connection and listens again on the same port. */
    async restart() {
      const closed = once(server, "close");
      close();
      await closed;
      await listen(server, port);
    },
  };
}

/** Every socket that has been opened. */
function socketsOf(server) {
  const sockets = new Set();
  server.on("connection", (socket) => sockets.add(socket.on("error", () => {})));
  return sockets;
}

async function listen(server, port = 0) {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server.address().port;
}

function openRequests() {
  const open = new Set();
  let waiting = [];
  return {
    add(response) {
      open.add(response);
      response.on("close", () => {
        open.delete(response);
        if (open.size > 0) return;
        for (const resolve of waiting) resolve();
        waiting = [];
      });
    },
    none: () => new Promise((resolve) => (open.size === 0 ? resolve() : waiting.push(resolve))),
  };
}

function choose(scripted, request, requests) {
  if (Array.isArray(scripted)) {
    const isToken = request.url === "/oauth/token";
    const before = requests.filter(({ url }) => (url === "/oauth/token") === isToken).length - 1;
    return scripted[Math.min(before, scripted.length - 1)];
  }
  return typeof scripted === "function" ? scripted(request) : scripted;
}

async function send(scripted, response, request) {
  if (scripted === "hang") return;
  if (scripted === "reset") response.socket.resetAndDestroy();
  else if (typeof scripted === "function") await scripted(response, request);
  else if (scripted && ("status" in scripted || "body" in scripted)) {
    sendParts({ body: refusal(scripted.status, request.url), ...scripted }, response);
  } else sendParts({ body: scripted }, response);
}

function sendParts({ status = 200, headers, body = "" }, response) {
  const isText = typeof body === "string" || Buffer.isBuffer(body);
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(isText ? body : JSON.stringify(body));
}

/** Auth0's body for an error, in the format of the API that was called. */
export function refusal(status, url) {
  if (!(status >= 400)) return "";
  const body = { statusCode: status, error: "Refused", message: "Refused" };
  const isAboutUser = status === 404 && /^\/api\/v2\/users\/[^/]+$/.test(url.split("?")[0]);
  if (isAboutUser) return { ...body, errorCode: "inexistent_user" };
  if (url.startsWith("/api/")) return body;
  return { error: "invalid_request", error_description: "Refused" };
}

/** A promise with its resolver, for responses that a test withholds. */
export function held() {
  let release;
  const promise = new Promise((resolve) => {
    release = resolve;
  });
  return { promise, release };
}

/** A response that reports when it was requested: `asked` resolves with the first request. */
export function announced(response) {
  const { promise: asked, release } = held();
  const announcing = () => {
    release();
    return response;
  };
  return { asked, response: announcing };
}

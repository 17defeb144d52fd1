import { createServer } from "node:http";
import { connect } from "node:net";
import { checkOptions, checkValue, RULES, shown } from "./check-options.js";

/** @import { AddressInfo, Socket } from "node:net" */
/** @import { Duplex } from "node:stream" */

const OPTIONS = {
  routes: RULES.object,
  credentials: RULES.text,
  host: RULES.text,
  port: RULES.port,
};

const AUTHENTICATION_REQUIRED =
  'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\n\r\n';

/**
 * An HTTP proxy for CONNECT. With `HTTPS_PROXY` set to it, a program with a hard-coded Auth0 domain
 * runs unchanged on loopback.
 * @type {typeof import("../index.js").startProxy}
 */
export async function startProxy(options) {
  checkOptions("startProxy", options, OPTIONS);
  checkRoutes(options.routes);
  const { routes, credentials, host = "127.0.0.1", port = 0 } = options;
  const expected = credentials && `Basic ${Buffer.from(credentials).toString("base64")}`;
  const track = trackSockets();
  /** @type {{ target: string, allowed: boolean }[]} */
  const connections = [];
  const server = createServer((_request, response) => {
    response.writeHead(405).end("Only CONNECT\n");
  });
  server.on("connection", track.add);
  server.on("connect", ({ url = "", headers }, socket, head) => {
    const isAuthorized = !expected || headers["proxy-authorization"] === expected;
    const target = Object.hasOwn(routes, url) ? routes[url] : undefined;
    connections.push({ target: url, allowed: isAuthorized && target !== undefined });
    if (!isAuthorized) return void socket.end(AUTHENTICATION_REQUIRED);
    if (!target) return void socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    track.add(tunnel(socket, head, new URL(target.url)));
  });
  await new Promise((resolve, reject) => {
    server.on("error", reject).listen(port, host, () => resolve(undefined));
  });
  const { address, port: actualPort } = /** @type {AddressInfo} */ (server.address());
  const close = async () => {
    track.destroyAll();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    url: `http://${address}:${actualPort}`,
    connections,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/**
 * @param {Record<string, { url: string }> | undefined} routes
 */
function checkRoutes(routes) {
  checkValue('The option "routes" of startProxy', routes, RULES.object);
  for (const [target, tenant] of Object.entries(routes ?? {})) {
    if (!/^.+:\d+$/.test(target)) {
      const fix = `A client asks for host and port: "${target}:443"`;
      throw new TypeError(`The route ${shown(target)} of startProxy needs a port. ${fix}`);
    }
    if (URL.canParse(tenant?.url)) continue;
    const found = shown(tenant);
    throw new TypeError(`The route "${target}" of startProxy must lead to a tenant, not ${found}`);
  }
}

/**
 * @param {Duplex} socket
 * @param {Buffer} head
 * @param {URL} target
 */
function tunnel(socket, head, { hostname, port }) {
  const upstream = connect(Number(port), hostname, () => {
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    upstream.write(head);
    upstream.pipe(socket).pipe(upstream);
  });
  socket.on("close", () => upstream.destroy());
  upstream.on("close", () => socket.destroy());
  return upstream;
}

function trackSockets() {
  /** @type {Set<Socket>} */
  const sockets = new Set();
  return {
    /** @param {Socket} socket */
    add(socket) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
    },
    destroyAll() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

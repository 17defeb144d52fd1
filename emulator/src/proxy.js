import { createServer } from "node:http";
import { connect } from "node:net";

const UNKNOWN =
  'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\n\r\n';

/**
 * An HTTP proxy for CONNECT, so that a program with a tenant's domain written into it runs unchanged
 * on loopback: `HTTPS_PROXY` sends it here, and here it is led to the tenant.
 * @param {{ routes: Record<string, { url: string }>, credentials?: string, host?: string, port?: number }} options
 *   routes by `host:port`; `credentials` as `user:password`, without which nobody passes
 */
export async function startProxy({ routes, credentials, host = "127.0.0.1", port = 0 }) {
  const wanted = credentials && `Basic ${Buffer.from(credentials).toString("base64")}`;
  const sockets = new Set();
  const connections = [];
  const server = createServer((_request, response) => {
    response.writeHead(405).end("Only CONNECT\n");
  });
  const keep = (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
  };
  server.on("connection", keep);
  server.on("connect", (request, socket, head) => {
    const isKnown = !wanted || request.headers["proxy-authorization"] === wanted;
    const target = Object.hasOwn(routes, request.url) ? routes[request.url] : undefined;
    connections.push({ target: request.url, allowed: isKnown && target !== undefined });
    if (!isKnown) return void socket.end(UNKNOWN);
    if (!target) return void socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    tunnel(socket, head, new URL(target.url), keep);
  });
  await new Promise((resolve, reject) => {
    server.on("error", reject).listen(port, host, resolve);
  });
  return handle(server, sockets, connections);
}

function tunnel(socket, head, { hostname, port }, keep) {
  const upstream = connect(Number(port), hostname, () => {
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    upstream.write(head);
    upstream.pipe(socket).pipe(upstream);
  });
  keep(upstream);
  socket.on("close", () => upstream.destroy());
  upstream.on("close", () => socket.destroy());
}

function handle(server, sockets, connections) {
  const { address, port } = server.address();
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    url: `http://${address}:${port}`,
    /** Every CONNECT: where to, and whether it was let through. */
    connections,
    close,
    [Symbol.asyncDispose ?? Symbol.for("nodejs.asyncDispose")]: close,
  };
}

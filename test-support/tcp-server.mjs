// Servers below HTTP, closed when their test ends.

import { once } from "node:events";

/** Listens on loopback, and returns host and port. */
export async function listening(t, server) {
  const sockets = [];
  server.on("connection", (socket) => sockets.push(socket.on("error", () => {})));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `127.0.0.1:${server.address().port}`;
}

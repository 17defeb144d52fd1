// A tenant that is nothing but a users export of so many users, and the host of its file. Sends its address.

import { once } from "node:events";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

const { users } = JSON.parse(process.argv[2]);

function* lines() {
  for (let number = 0; number < users; number += 1) {
    const user_id = `auth0|${number.toString(16).padStart(24, "0")}`;
    yield `${JSON.stringify({ user_id, email: `user-${number}@example.com`, name: `User ${number}` })}\n`;
  }
}

async function listening(handler) {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  return `127.0.0.1:${server.address().port}`;
}

const files = await listening((_request, response) => {
  // A client that goes away ends the transfer.
  pipeline(Readable.from(lines()), createGzip({ level: 1 }), response).catch(() => {});
});
const job = {
  id: "job_0000000000000001",
  type: "users_export",
  status: "completed",
  location: `http://${files}/users.json.gz`,
};
const token = {
  access_token: "token",
  token_type: "Bearer",
  expires_in: 86_400,
  scope: "read:users",
};
const domain = await listening((request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(request.url === "/oauth/token" ? token : job));
});

process.on("disconnect", () => process.exit());
process.send({
  service: { domain: `http://${domain}`, clientId: "client", clientSecret: "secret" },
});

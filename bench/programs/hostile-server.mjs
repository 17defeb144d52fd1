// A server whose responses are crafted to cost as much as possible; in a separate process, so that creating
// them does not affect the measurements. Sends its address, and on each message the most connections that
// were open at once since the last one.

import { once } from "node:events";
import { createServer } from "node:http";

const PAGE = 8 * 1024 * 1024;
const SESSIONS = 500_000;
const AGENTS = 7000;

const WORDS =
  "Linux Android Windows Mobile Safari bot spider crawler compatible Version Chrome Opera MSIE iPhone " +
  "CFNetwork Darwin okhttp Dalvik SmartTV Tablet Build feed search monitor";

function page(rows) {
  const body = `{"sessions":[${rows.join()}]}`;
  if (body.length > PAGE) throw new Error(`${body.length} bytes are too many`);
  return body;
}

const sessionOf = (name) => (n) => {
  const at = new Date(1_700_000_000_000 + n * 1000).toISOString();
  const agent = `Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/${100 + (n % 20)}.0.0.0 Safari/537.36`;
  const device = { last_user_agent: agent, last_ip: "203.0.113.7", initial_ip: "203.0.113.7" };
  const clients = [{ client_id: "client" }];
  return JSON.stringify({
    id: `s${n}`,
    user_id: `auth0|${name}`,
    created_at: at,
    updated_at: at,
    device,
    clients,
  });
};

function hostile(n) {
  const words = WORDS.split(" ");
  const turned = [...words.slice(n % words.length), ...words.slice(0, n % words.length)].join(" ");
  const agent = `${n} ${`${turned} `.repeat(8)}`.slice(0, 1000);
  return JSON.stringify({ id: `s${n}`, device: { last_user_agent: agent } });
}

const rows = (length, row) => Array.from({ length }, (_, n) => row(n));
const BODIES = {
  many: page(rows(SESSIONS, (n) => `{"id":"${n}"}`)),
  agents: page(rows(AGENTS, hostile)),
  five: page(rows(5, sessionOf("five"))),
  long: page(rows(10_000, sessionOf("long"))),
};
const TOKEN = '{"access_token":"token","expires_in":86400,"scope":"read:sessions"}';

let open = 0;
let most = 0;
const server = createServer((request, response) => {
  const name = /auth0%7C(\w+)/.exec(request.url)?.[1];
  response.writeHead(200, { "content-type": "application/json" });
  response.end(BODIES[name] ?? TOKEN);
});
server.on("connection", (socket) => {
  open += 1;
  most = Math.max(most, open);
  socket.on("close", () => {
    open -= 1;
  });
});
process.on("message", () => {
  process.send(most);
  most = open;
});
process.on("disconnect", () => process.exit());
await once(server.listen(0, "127.0.0.1", 4096), "listening");
process.send(`http://127.0.0.1:${server.address().port}`);

// Starts the sample web app.
//
//   npm run dashboard                   on a tenant that runs inside this program
//   npm run dashboard -- --port 3001    on another port; 0 picks a free one
//
// With AUTH0_DOMAIN set it uses your tenant: see README.md in this folder.

import { once } from "node:events";
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { createApp } from "./app.mjs";
import { embeddedTenant, tenantOfEnvironment } from "./tenant.mjs";

const { env } = process;

/** Listens before the application is created, because the tenant needs its address to allow the callbacks. */
async function listen(port) {
  const server = createServer().listen(port, "localhost");
  try {
    await once(server, "listening");
  } catch (error) {
    if (error.code !== "EADDRINUSE") throw error;
    throw new Error(
      `Port ${port} is taken. Choose another with \`npm run dashboard -- --port 3001\`, or a free one with \`--port 0\`.`,
    );
  }
  return server;
}

function readPort() {
  const { values } = parseArgs({ options: { port: { type: "string", default: "3000" } } });
  const port = Number(values.port);
  if (/^\d+$/.test(values.port) && port < 65_536) return port;
  throw new Error(`--port must be a number from 0 to 65535, but is ${values.port}.`);
}

/** Cookies, callbacks and the CSRF check require the exact public origin. */
function readBaseUrl(port) {
  const url = env.BASE_URL || `http://localhost:${port}`;
  const { href, origin } = URL.canParse(url) ? new URL(url) : {};
  if (href === `${origin}/`) return origin;
  throw new Error(`BASE_URL must be an origin such as https://app.example.com, but is ${url}.`);
}

function greet({ tenant, baseUrl }) {
  console.log(`\nOpen ${baseUrl}`);
  if (tenant) {
    console.log("Sign in as ada@example.com with the password Correct-horse-1.");
    console.log("Or as katherine@example.com, with the same password and Google connected.");
  }
  console.log("Ctrl-C stops the server.");
}

try {
  const server = await listen(readPort());
  const baseUrl = readBaseUrl(server.address().port);
  const settings = env.AUTH0_DOMAIN
    ? tenantOfEnvironment(baseUrl, env)
    : await embeddedTenant(baseUrl);
  server.on("request", createApp(settings));
  greet(settings);
} catch (error) {
  console.error(`\n✗ ${error.message}`);
  process.exit(1);
}

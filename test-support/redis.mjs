// A Redis for one test: a real server on a free port, without persistence, stopped when the test ends.

import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { Authority } from "../emulator/src/tls/certificate.js";
import { listening } from "./tcp-server.mjs";

const run = promisify(execFile);

/** Why tests that need Redis are skipped, if they are. With CI=true a missing Redis fails. */
export const skipWithoutRedis =
  process.env.CI !== "true" && spawnSync("redis-server", ["--version"]).error
    ? "redis-server is not installed: install Redis, with redis-cli"
    : false;

/**
 * @param {import("node:test").TestContext} t
 * @param {{ password?: string, args?: string[] }} [options]
 */
export async function startRedis(t, { password, args = [] } = {}) {
  const directory = mkdtempSync(join(tmpdir(), "redis-"));
  const secured = password ? ["--requirepass", password] : [];
  let server;
  let port;
  const start = async () => {
    const words = ["--bind", "127.0.0.1", "--port", `${port}`, "--save", "", ...secured, ...args];
    server = spawn("redis-server", words, { cwd: directory, stdio: ["ignore", "pipe", "ignore"] });
    const ended = once(server, "exit").then(() => false);
    return await Promise.race([ready(server), ended]);
  };
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill("SIGKILL");
    await ended;
  };
  t.after(async () => {
    await kill();
    rmSync(directory, { recursive: true });
  });
  // Another program may take the free port before Redis does.
  for (let tries = 1; ; tries += 1) {
    port = await freePort();
    if (await start()) break;
    if (tries === 5) throw new Error("redis-server does not start.");
  }
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    start,
    kill,
    /** The output of redis-cli, each byte a character. */
    async command(...words) {
      const { stdout } = await run("redis-cli", ["-p", `${port}`, ...words], {
        encoding: "latin1",
      });
      return stdout.trim();
    },
    /** The names of all keys that contain a token. */
    async tokenKeys() {
      const names = await this.command("--scan", "--pattern", "*:token:*");
      return names.split("\n").filter((name) => name && !name.endsWith(":claim"));
    },
  };
}

/**
 * The same Redis behind a relay that delays each response by `delay` milliseconds. The delay can be
 * changed while it runs.
 */
export async function slowed(t, { port }, delay) {
  const relay = { delay };
  const server = createServer((near) => {
    const redis = connect(port, "127.0.0.1").on("error", () => {});
    near.pipe(redis).on("close", () => near.destroy());
    redis.on("data", (data) => setTimeout(() => near.write(data), relay.delay).unref());
  });
  return Object.assign(relay, { url: `redis://${await listening(t, server)}` });
}

/**
 * How to start a Redis with TLS: with a certificate for loopback from its own authority. Returns the
 * `args`, the `port` for TLS, and the files of this authority and of another.
 */
export async function redisTls(t) {
  const directory = mkdtempSync(join(tmpdir(), "redis-tls-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const authority = new Authority();
  const { cert, key } = authority.issue(["127.0.0.1"], {});
  const files = {};
  for (const [name, text] of Object.entries({
    cert,
    key,
    ca: authority.pem,
    otherCa: new Authority().pem,
  })) {
    files[name] = join(directory, `${name}.pem`);
    writeFileSync(files[name], text);
  }
  const port = await freePort();
  const settings = { port, "auth-clients": "no", "cert-file": files.cert, "key-file": files.key };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--tls-${name}`, `${value}`]);
  return { args, port, ca: files.ca, otherCa: files.otherCa };
}

/** Keeps reading after the line that it waits for, so that the server never blocks on a full pipe. */
function ready(server) {
  return new Promise((resolve) => {
    createInterface(server.stdout).on("line", (line) => {
      if (line.includes("Ready to accept connections")) resolve(true);
    });
  });
}

/** A port of loopback on which nothing listens. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

// The processes of the comparison: the responder, and a new one for every measurement, each on cores of its own.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const RESPONDER = path(
  `../responder/target/release/auth0-user-security-responder${process.platform === "win32" ? ".exe" : ""}`,
);

/** Which cores clients and responder get; undefined if they cannot be pinned. */
export const CORES = cores();

function cores() {
  const { status, stdout } = spawnSync("taskset", ["-cp", String(process.pid)], {
    encoding: "utf8",
  });
  if (status !== 0) return undefined;
  const list = stdout.split(": ").at(-1).trim().split(",").flatMap(expand);
  return list.length < 2 ? undefined : { client: list[0], responder: list[1], all: list };
}

function expand(range) {
  const [first, last = first] = range.split("-").map(Number);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

const pinned = (core, command, args) =>
  core === undefined ? [command, args] : ["taskset", ["-c", String(core), command, ...args]];

/** A running responder: its host, its certificate authority as text and as a file, and `stop()`. */
export async function startResponder() {
  const [command, args] = pinned(CORES?.responder, RESPONDER, []);
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(createInterface(child.stdout), "line");
  const { port, ca } = JSON.parse(line);
  const directory = mkdtempSync(join(tmpdir(), "comparison-"));
  const caFile = join(directory, "ca.pem");
  writeFileSync(caFile, ca);
  return {
    tenant: { host: `127.0.0.1:${port}`, ca },
    caFile,
    pid: child.pid,
    async stop() {
      child.stdin.end();
      await once(child, "exit");
      rmSync(directory, { recursive: true });
    },
  };
}

/** Runs a program with `config` as its argument, and returns what it sends. */
export async function measure(program, config, responder) {
  const [command, args] = pinned(CORES?.client, process.execPath, [
    path(`programs/${program}`),
    JSON.stringify({ tenant: responder.tenant, ...config }),
  ]);
  const child = spawn(command, args, {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: responder.caFile },
  });
  const exited = once(child, "exit").then(([code]) => ({ code }));
  const result = await Promise.race([once(child, "message"), exited]);
  const { code } = await exited;
  if (code !== 0) throw new Error(`${program} ended with ${code}.`);
  return result[0];
}

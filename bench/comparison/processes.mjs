// The processes of the comparison: the responder, on a core of its own, and a new one for every measurement.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { CORES, pinned } from "./cores.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const SUFFIX = process.platform === "win32" ? ".exe" : "";
const RESPONDER = path(`../responder/target/release/auth0-user-security-responder${SUFFIX}`);

/** A running responder: `tenant` is what contestants need of it. */
export async function startResponder() {
  const [command, args] = pinned(CORES && [CORES.responder], RESPONDER, []);
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

/**
 * Runs a program with `config` as its argument, and returns the object that it sends. If that has the time of an event
 * as `at`, `took` is the time from the start of the process until then.
 */
export async function measure(responder, program, config, cores) {
  const { tenant, pid, caFile } = responder;
  const argument = JSON.stringify({ tenant, responder: pid, ...config });
  const [command, args] = pinned(cores, process.execPath, [path(`programs/${program}`), argument]);
  const began = performance.timeOrigin + performance.now();
  const child = spawn(command, args, {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    // The global fetch has no other way to trust an authority.
    env: { ...process.env, NODE_EXTRA_CA_CERTS: caFile },
  });
  const exited = once(child, "exit");
  const [sent] = await Promise.race([once(child, "message"), exited]);
  const [code] = await exited;
  if (code !== 0) throw new Error(`${program} ended with ${code}.`);
  return sent.at === undefined ? sent : { ...sent, took: sent.at - began };
}

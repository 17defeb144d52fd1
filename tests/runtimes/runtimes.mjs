// The runtimes that the package is tested with, and programs that run in them.

import { spawn } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { endOf, MUST_HAVE_ENDED } from "../../test-support/child.mjs";
import { install } from "../../test-support/installed.mjs";

const MODULES = fileURLToPath(new URL("node_modules", import.meta.url));
const PROGRAMS = fileURLToPath(new URL("programs", import.meta.url));
const SYSTEMS = ["linux-arm64", "linux-x64"];
const SYSTEM = `${process.platform}-${process.arch}`;

/** Options of each test: runtimes are installed only for some systems. */
export const tried = {
  skip: SYSTEMS.includes(SYSTEM) ? false : `no runtimes for ${SYSTEM}, only for ${SYSTEMS}`,
};

/** `memory` are arguments that make memory measurements stable. @param {number} major */
export function node(major) {
  const command = join(MODULES, `node-${major}-${SYSTEM}`, "bin/node");
  return {
    name: `Node.js ${major}`,
    command,
    args: [],
    memory: ["--expose-gc", "--max-semi-space-size=1"],
  };
}

const bun = {
  name: "Bun",
  command: join(MODULES, `@oven/bun-${SYSTEM.replace("arm64", "aarch64")}`, "bin/bun"),
  args: [],
  memory: [],
};

/** With only the permissions that the addon needs: its requests need no --allow-net. */
const deno = {
  name: "Deno",
  command: join(MODULES, `@deno/${SYSTEM}-glibc`, "deno"),
  args: ["run", "--allow-env", "--allow-ffi", "--allow-read"],
  memory: ["--v8-flags=--expose-gc,--max-semi-space-size=1"],
};

export const NODES = [20, 22, 24, 26].map(node);
export const RUNTIMES = [...NODES, bun, deno];

/** A project with the package installed, and the programs of this folder in it. */
export function projectIn(directory) {
  install(directory);
  writeFileSync(join(directory, "package.json"), "{}");
  cpSync(PROGRAMS, directory, { recursive: true });
  return directory;
}

/** Runs a program of a project until it ends; `input` is the JSON in its environment. */
export async function runIn({ command, args }, directory, program, input, more = []) {
  const child = spawn(command, [...args, ...more, program], {
    cwd: directory,
    env: { ...process.env, INPUT: JSON.stringify(input), DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: MUST_HAVE_ENDED,
    killSignal: "SIGKILL",
  });
  return await endOf(child);
}

// Runs the command line in a process of its own, as a shell would.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

export const BIN = fileURLToPath(new URL("../bin.js", import.meta.url));

/** On Windows a signal from a test kills the process, and files have no modes. */
const isWindows = process.platform === "win32";
export const noSignals = isWindows && "Windows has no signals that a process can handle";

/**
 * Only the owner can read a file.
 * @param {string} path
 */
export function assertPrivate(path) {
  if (!isWindows) assert.equal(statSync(path).mode & 0o777, 0o600);
}

/** A command that is still running after this time is killed, and its `signal` says so. */
const MUST_HAVE_ENDED = 60_000;

/**
 * @typedef {object} Tenant
 * @property {string} domain
 * @property {string} clientId
 * @property {string} clientSecret
 */
/** @typedef {{ tenant?: Tenant, input?: string, cwd?: string, env?: Record<string, string> }} RunOptions */
/** @typedef {{ code: number | null, signal: string | null, stdout: string, stderr: string }} Ended */

/**
 * Runs a command until it ends.
 * @param {string[]} args
 * @param {RunOptions} [options]
 */
export function runCli(args, options) {
  return startCli(args, options).ended;
}

/**
 * The same for a test that ends or observes the process itself. Without `input`, standard input is empty.
 * @param {string[]} args
 * @param {RunOptions} [options]
 */
export function startCli(args, { tenant, input = "", cwd, env } = {}) {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: { ...environmentOf(tenant), ...env },
    timeout: MUST_HAVE_ENDED,
    killSignal: "SIGKILL",
  });
  // It may end without reading.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return { child, ended: endOf(child) };
}

/**
 * Only what the command needs: whoever runs the tests may have a tenant in the environment.
 * @param {Tenant} [tenant]
 */
export function environmentOf(tenant) {
  const { PATH, HOME, TMPDIR, SystemRoot, TEMP } = process.env;
  const credentials = tenant && {
    AUTH0_DOMAIN: tenant.domain,
    AUTH0_CLIENT_ID: tenant.clientId,
    AUTH0_CLIENT_SECRET: tenant.clientSecret,
  };
  return JSON.parse(JSON.stringify({ PATH, HOME, TMPDIR, SystemRoot, TEMP, ...credentials }));
}

/**
 * @param {import("node:child_process").ChildProcessWithoutNullStreams} child
 * @returns {Promise<Ended>}
 */
async function endOf(child) {
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { code, signal, stdout, stderr };
}

/**
 * A folder for one test, removed when the test ends.
 * @param {import("node:test").TestContext} t
 */
export function folderOf(t) {
  const folder = mkdtempSync(join(tmpdir(), "cli-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return {
    path: (/** @type {string} */ name) => join(folder, name),
    /** @type {(name: string, content: string | Buffer) => string} */
    write(name, content) {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    },
    read: (/** @type {string} */ name) => readFileSync(join(folder, name), "utf8"),
    exists: (/** @type {string} */ name) => existsSync(join(folder, name)),
    records: (/** @type {string} */ name) => recordsIn(readFileSync(join(folder, name), "utf8")),
  };
}

/**
 * The records of NDJSON.
 * @param {string} content
 * @returns {any[]}
 */
export const recordsIn = (content) =>
  content
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

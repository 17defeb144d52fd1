import { randomUUID } from "node:crypto";
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { reasonOf, usage } from "../failure.js";

/** @typedef {{ pid: number, host: string, token: string }} Owner */

/**
 * Two runs must not continue one journal. The lock is a file beside it, which outlives a killed process; the lock of a
 * process that is gone is taken over.
 * @param {string} path of the journal
 * @returns {() => void} releases the lock
 */
export function lock(path) {
  const file = `${path}.lock`;
  const owner = { pid: process.pid, host: hostname(), token: randomUUID() };
  if (!createWith(file, owner)) takeOver(file, path, owner);
  const release = () => {
    process.off("exit", release);
    if (ownerIn(file)?.token === owner.token) rmSync(file, { force: true });
  };
  process.on("exit", release);
  return release;
}

/**
 * Of several processes that find the same stale lock, only one creates the claim that names it; whoever comes later finds
 * that the lock has changed.
 * @param {string} file
 * @param {string} path
 * @param {Owner} owner
 */
function takeOver(file, path, owner) {
  const stale = ownerIn(file);
  if (!stale || isRunning(stale)) throw locked(file, path, stale);
  const claim = `${file}.${stale.token}`;
  if (!createWith(claim, owner)) throw locked(claim, path, ownerIn(claim));
  try {
    if (ownerIn(file)?.token !== stale.token) throw locked(file, path, ownerIn(file));
    renameSync(claim, file);
  } catch (error) {
    rmSync(claim, { force: true });
    throw error;
  }
}

/**
 * @param {string} file
 * @param {Owner} owner
 * @returns {boolean} false if the file exists
 */
function createWith(file, owner) {
  try {
    const descriptor = openSync(file, "wx", 0o600);
    writeSync(descriptor, JSON.stringify(owner));
    closeSync(descriptor);
    return true;
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === "EEXIST") return false;
    if (code === "ENOENT") throw usage(`--out: the folder "${dirname(file)}" does not exist`);
    throw usage(`--out: the lock "${file}" cannot be created: ${reasonOf(error)}`);
  }
}

/**
 * @param {string} file
 * @returns {Owner | undefined} undefined if it is gone, or was not completed
 */
function ownerIn(file) {
  try {
    const { pid, host, token } = JSON.parse(readFileSync(file, "utf8"));
    return Number.isInteger(pid) && /^[\w-]+$/.test(token) ? { pid, host, token } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Another machine's process cannot be seen from here. This process's own id in a lock that it does not hold belonged to
 * an earlier one: containers give every start the same id.
 * @param {Owner} owner
 */
function isRunning({ pid, host }) {
  if (host !== hostname()) return true;
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code !== "ESRCH";
  }
}

/**
 * @param {string} file
 * @param {string} path
 * @param {Owner | undefined} owner
 */
function locked(file, path, owner) {
  const who = owner ? `process ${owner.pid} on ${owner.host}` : "another process";
  return usage(
    `--out: "${path}" is in use by ${who}. Wait for it to end; if it is not a run of this tool, delete "${file}".`,
  );
}

"use strict";

// Checks the addon file before the system maps it: mapping a file that was truncated, by a full disk or an interrupted
// copy, ends the process with SIGBUS.

const { isBundled } = require("./is-bundled.js");

const HEADER_LENGTH = 64;
/** 64-bit and little-endian, matching how the fields are read below. */
const ELF_64 = "7f454c460201";

/** The path of an addon on Linux that is shorter than its own header says, or `undefined`. */
function truncatedAddon() {
  if (process.platform !== "linux" || isBundled()) return undefined;
  return candidates().find((path) => path && attempt(() => isTruncated(path)));
}

/** The paths where native.js looks; only the one in its environment variable, if that is set. */
function candidates() {
  const named = process.env.NAPI_RS_NATIVE_LIBRARY_PATH;
  if (named) return [named];
  const { resolve } = process.getBuiltinModule("node:module").createRequire(__filename);
  return ["gnu", "musl"]
    .map((libc) => `linux-${process.arch}-${libc}`)
    .flatMap((system) => [
      `../auth0-user-security.${system}.node`,
      `@archie/auth0-user-security-${system}`,
    ])
    .map((request) => attempt(() => resolve(request)));
}

/**
 * Failures to find or read a file are left to native.js, which reports them.
 * @template T
 * @param {() => T} action
 * @returns {T | undefined}
 */
function attempt(action) {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** @param {string} path */
function isTruncated(path) {
  const { closeSync, fstatSync, openSync, readSync } = process.getBuiltinModule("node:fs");
  const file = openSync(path, "r");
  try {
    const header = Buffer.alloc(HEADER_LENGTH);
    readSync(file, header);
    // The system itself rejects any other type of file with an error.
    if (!header.toString("hex").startsWith(ELF_64)) return false;
    const sections = Number(header.readBigUInt64LE(0x28));
    const sectionsLength = header.readUInt16LE(0x3a) * header.readUInt16LE(0x3c);
    return fstatSync(file).size < sections + sectionsLength;
  } finally {
    closeSync(file);
  }
}

module.exports = { truncatedAddon };

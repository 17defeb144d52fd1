import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { reasonOf, usage } from "./failure.js";

/**
 * Starts a tenant inside this process, so that any command can be tried without an Auth0 account.
 * @param {string} seed the file with its users; empty for the standard ones
 */
export async function startEmbeddedTenant(seed) {
  // Most commands need none, and start faster without it.
  const { startTenant } = await import("@archie/auth0-tenant-emulator");
  const tenant = await startTenant(seed ? { seed: readSeed(seed) } : {}).catch((error) => {
    throw usage(`--emulator: "${seed}" is not a seed: ${error.message}`);
  });
  // Its port changes with every start, but a journal must find its tenant again.
  const name = seed ? `emulator ${resolve(seed)}` : "emulator";
  return { tenant, name };
}

/** @param {string} file */
function readSeed(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw usage(`--emulator: the seed "${file}" cannot be read: ${reasonOf(error)}`);
  }
}

/**
 * `--emulator` has an optional value, which must not swallow the user after it: only a name that ends in `.json` is a seed.
 * @param {string[]} args
 */
export function withSeedAttached(args) {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  return args.flatMap((arg, index) => {
    if (index >= end) return [arg];
    if (arg === "--emulator")
      return [`--emulator=${isSeedAt(args, index + 1) ? args[index + 1] : ""}`];
    return args[index - 1] === "--emulator" && isSeedAt(args, index) ? [] : [arg];
  });
}

/**
 * @param {string[]} args
 * @param {number} index
 */
const isSeedAt = (args, index) => /^[^-].*\.json$/.test(args[index] ?? "");

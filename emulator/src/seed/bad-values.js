import { createPublicKey } from "node:crypto";
import { error } from "./error.js";

/** @import { Seed } from "../../index.js" */
/** @import { ValidationError } from "../validate.js" */

/**
 * Checks what a schema cannot express about single rows.
 * @param {Seed} seed
 * @returns {Generator<ValidationError>}
 */
export function* findBadValues(seed) {
  yield* findBadKeys(seed);
  yield* findEarlyEnds(seed);
}

/**
 * An unreadable key, which would otherwise fail at the first token request of its application.
 * @param {Seed} seed
 */
function* findBadKeys({ clients = [] }) {
  for (const [at, { public_keys: keys = [] }] of clients.entries()) {
    for (const [index, { pem }] of /** @type {{ pem: string }[]} */ (keys).entries()) {
      try {
        createPublicKey(pem);
      } catch (cause) {
        const { message } = /** @type {Error} */ (cause);
        const path = ["clients", at, "public_keys", index, "pem"];
        const fix = "Give a PEM that begins with -----BEGIN PUBLIC KEY-----";
        yield error(path, `not a public key (${message})`, fix);
      }
    }
  }
}

/**
 * What ends before it begins.
 * @param {Seed} seed
 */
function* findEarlyEnds(seed) {
  for (const table of /** @type {const} */ (["sessions", "refreshTokens"])) {
    for (const [index, row] of (seed[table] ?? []).entries()) {
      for (const name of ["expires_at", "idle_expires_at"]) {
        const [start, end] = [row.created_at, row[name]].map(String);
        if (!(Date.parse(end) < Date.parse(start))) continue;
        const fix = "Set a later date, or an earlier created_at.";
        yield error([table, index, name], `${end} is before created_at, ${start}`, fix);
      }
    }
  }
}

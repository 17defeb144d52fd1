import { createHash, randomBytes } from "node:crypto";

const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** How many random bytes are generated at a time. */
const SUPPLY = 4096;
let supply = Buffer.alloc(0);

/**
 * Taken from a supply, because generating a few bytes takes as long as generating thousands.
 * @param {number} length
 */
function random(length) {
  if (supply.length < length) supply = randomBytes(Math.max(length, SUPPLY));
  const taken = supply.subarray(0, length);
  supply = supply.subarray(length);
  return taken;
}

/** Identifiers in Auth0's formats: random, or the same sequence for the same seed. */
export class Ids {
  #seed;
  #count = 0;
  #logNumber = 0;

  /** @param {string | undefined} seed */
  constructor(seed) {
    this.#seed = seed;
  }

  /** @param {number} length */
  bytes(length) {
    if (this.#seed === undefined) return random(length);
    const blocks = [];
    for (let size = 0; size < length; size += 32) blocks.push(this.#block());
    return Buffer.concat(blocks).subarray(0, length);
  }

  #block() {
    return createHash("sha256")
      .update(`${this.#seed}:${this.#count++}`)
      .digest();
  }

  /** @param {number} length */
  alphanumeric(length) {
    let text = "";
    for (const byte of this.bytes(length)) text += ALPHANUMERIC[byte % 62];
    return text;
  }

  /** @param {number} length */
  hex(length) {
    return this.bytes(length / 2).toString("hex");
  }

  /** 32 characters of the base64url alphabet. */
  session() {
    return this.bytes(24).toString("base64url");
  }

  refreshToken() {
    return `rt_${this.alphanumeric(24)}`;
  }

  /** The secret that a client presents, not the id in the Management API. */
  rawRefreshToken() {
    return `v1.M${this.bytes(33).toString("base64url")}`;
  }

  connection() {
    return `con_${this.alphanumeric(16)}`;
  }

  organization() {
    return `org_${this.alphanumeric(16)}`;
  }

  deviceCredential() {
    return `dcr_${this.alphanumeric(16)}`;
  }

  job() {
    return `job_${this.alphanumeric(16)}`;
  }

  /** @param {string} type */
  device(type) {
    return `${type}|dev_${this.alphanumeric(16)}`;
  }

  /**
   * Long, decimal and sortable.
   * @param {number} now
   */
  log(now) {
    const day = new Date(now).toISOString().replace(/\D/g, "").slice(0, 14);
    return `900${day}${String(this.#logNumber++).padStart(24, "0")}`;
  }

  code() {
    return this.bytes(32).toString("base64url");
  }
}

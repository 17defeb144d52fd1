import { generateKeyPairSync, randomBytes } from "node:crypto";
import { isIP } from "node:net";
import * as der from "./der.js";
import { certificate, extension, keyId, toPem } from "./x509.js";

const DAY = 24 * 3_600_000;
const KEY_USAGE = "2.5.29.15";
const ALTERNATIVE_NAMES = "2.5.29.17";
const BASIC_CONSTRAINTS = "2.5.29.19";
const AUTHORITY_KEY = "2.5.29.35";
const EXTENDED_USAGE = "2.5.29.37";
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const DIGITAL_SIGNATURE = der.bits(Buffer.from([0x80]), 7);
const CERT_SIGN_AND_CRL_SIGN = der.bits(Buffer.from([0x06]), 1);

/** A certificate authority that exists as long as its tenant. */
export class Authority {
  #key = newKey();
  #name = `Tenant emulator CA ${randomBytes(4).toString("hex")}`;

  constructor() {
    const { publicKey, privateKey } = this.#key;
    const bytes = certificate({
      subject: this.#name,
      issuer: this.#name,
      publicKey,
      signer: privateKey,
      extensions: [
        extension(BASIC_CONSTRAINTS, der.sequence(der.boolean(true)), true),
        extension(KEY_USAGE, CERT_SIGN_AND_CRL_SIGN, true),
      ],
    });
    /** The certificate that clients must trust. */
    this.pem = toPem(bytes);
  }

  /**
   * Issues a server certificate and its key, as PEM.
   * @param {string[]} hosts names and addresses
   * @param {{ expired?: boolean }} [options]
   */
  issue(hosts, { expired = false } = {}) {
    const { publicKey, privateKey } = newKey();
    const now = Date.now();
    const bytes = certificate({
      subject: hosts[0],
      issuer: this.#name,
      publicKey,
      signer: this.#key.privateKey,
      ...(expired && { from: new Date(now - 2 * DAY), until: new Date(now - DAY) }),
      extensions: [
        extension(BASIC_CONSTRAINTS, der.sequence(), true),
        extension(KEY_USAGE, DIGITAL_SIGNATURE, true),
        extension(EXTENDED_USAGE, der.sequence(der.oid(SERVER_AUTH))),
        extension(ALTERNATIVE_NAMES, der.sequence(...hosts.map(alternativeName))),
        extension(AUTHORITY_KEY, der.sequence(der.implicit(0, keyId(this.#key.publicKey)))),
      ],
    });
    const key = privateKey.export({ format: "pem", type: "pkcs8" });
    return { cert: toPem(bytes), key: String(key) };
  }
}

function newKey() {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

/** @param {string} host */
function alternativeName(host) {
  const family = isIP(host);
  return family === 0
    ? der.implicit(2, Buffer.from(host))
    : der.implicit(7, addressBytes(host, family));
}

/**
 * @param {string} host
 * @param {number} family 4 or 6
 */
function addressBytes(host, family) {
  if (family === 4) return Buffer.from(host.split(".").map(Number));
  const [head, tail = ""] = host.split("::");
  const groups = (/** @type {string} */ part) => part.split(":").filter(Boolean);
  const zeros = host.includes("::") ? 8 - groups(head).length - groups(tail).length : 0;
  const all = [...groups(head), ...Array(zeros).fill("0"), ...groups(tail)];
  return Buffer.from(
    all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]),
  );
}

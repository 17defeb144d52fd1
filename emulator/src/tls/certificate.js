import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";
import * as der from "./der.js";

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;
const ALGORITHMS = {
  ec: () => der.sequence(der.oid("1.2.840.10045.4.3.2")),
  rsa: () => der.sequence(der.oid("1.2.840.113549.1.1.11"), der.none()),
};
const SUBJECT_KEY = "2.5.29.14";
const KEY_USAGE = "2.5.29.15";
const ALTERNATIVE_NAMES = "2.5.29.17";
const BASIC_CONSTRAINTS = "2.5.29.19";
const AUTHORITY_KEY = "2.5.29.35";
const EXTENDED_USAGE = "2.5.29.37";
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

/**
 * @param {object} what
 * @param {string} what.subject common name
 * @param {string} what.issuer
 * @param {import("node:crypto").KeyObject} what.publicKey
 * @param {import("node:crypto").KeyObject} what.signer
 * @param {Buffer[]} what.extensions
 * @param {Date} [what.from]
 * @param {Date} [what.until]
 * @returns {Buffer} DER
 */
export function certificate({ subject, issuer, publicKey, signer, extensions, from, until }) {
  const algorithm = ALGORITHMS[signer.asymmetricKeyType]();
  const content = der.sequence(
    der.explicit(0, der.integer(Buffer.from([2]))),
    der.integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name(issuer),
    der.sequence(
      der.time(from ?? new Date(Date.now() - HOUR)),
      der.time(until ?? new Date(Date.now() + YEAR)),
    ),
    name(subject),
    publicKey.export({ format: "der", type: "spki" }),
    der.explicit(3, der.sequence(...extensions)),
  );
  return der.sequence(content, algorithm, der.bits(sign("sha256", content, signer)));
}

const name = (common) => der.sequence(der.set(der.sequence(der.oid("2.5.4.3"), der.utf8(common))));

const extension = (id, value, critical = false) =>
  der.sequence(der.oid(id), ...(critical ? [der.boolean(true)] : []), der.octets(value));

function keyId(publicKey) {
  return createHash("sha1")
    .update(publicKey.export({ format: "der", type: "spki" }))
    .digest();
}

const pem = (bytes) =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString("base64").replace(/.{1,64}/g, "$&\n")}-----END CERTIFICATE-----\n`;

/** A certificate authority that lives as long as its tenant. */
export class Authority {
  #key = generateKeyPairSync("ec", { namedCurve: "P-256" });
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
        extension(KEY_USAGE, der.bits(Buffer.from([0x06]), 1), true),
        extension(SUBJECT_KEY, der.octets(keyId(publicKey))),
      ],
    });
    /** To be trusted by clients. */
    this.pem = pem(bytes);
  }

  /**
   * A server's certificate and key, PEM.
   * @param {string[]} hosts names and addresses
   * @param {{ expired?: boolean }} [options]
   */
  issue(hosts, { expired = false } = {}) {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const now = Date.now();
    const bytes = certificate({
      subject: hosts[0],
      issuer: this.#name,
      publicKey,
      signer: this.#key.privateKey,
      ...(expired && { from: new Date(now - 48 * HOUR), until: new Date(now - 24 * HOUR) }),
      extensions: [
        extension(BASIC_CONSTRAINTS, der.sequence(), true),
        extension(KEY_USAGE, der.bits(Buffer.from([0x80]), 7), true),
        extension(EXTENDED_USAGE, der.sequence(der.oid(SERVER_AUTH))),
        extension(ALTERNATIVE_NAMES, der.sequence(...hosts.map(alternativeName))),
        extension(SUBJECT_KEY, der.octets(keyId(publicKey))),
        extension(AUTHORITY_KEY, der.sequence(der.implicit(0, keyId(this.#key.publicKey)))),
      ],
    });
    return { cert: pem(bytes), key: privateKey.export({ format: "pem", type: "pkcs8" }) };
  }
}

function alternativeName(host) {
  const family = isIP(host);
  return family === 0
    ? der.implicit(2, Buffer.from(host))
    : der.implicit(7, addressBytes(host, family));
}

function addressBytes(host, family) {
  if (family === 4) return Buffer.from(host.split(".").map(Number));
  const [head, tail = ""] = host.split("::");
  const groups = (part) => part.split(":").filter(Boolean);
  const zeros = 8 - groups(head).length - groups(tail).length;
  const all = [
    ...groups(head),
    ...Array(host.includes("::") ? zeros : 0).fill("0"),
    ...groups(tail),
  ];
  return Buffer.from(
    all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]),
  );
}

/** The self-signed certificate that a JWKS shows for a signing key. */
export function selfSigned(subject, { publicKey, privateKey }) {
  return certificate({
    subject,
    issuer: subject,
    publicKey,
    signer: privateKey,
    extensions: [extension(SUBJECT_KEY, der.octets(keyId(publicKey)))],
  });
}

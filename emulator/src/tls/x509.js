import { createHash, randomBytes, sign } from "node:crypto";
import * as der from "./der.js";

/** @import { KeyObject } from "node:crypto" */

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;
const COMMON_NAME = "2.5.4.3";
const SUBJECT_KEY = "2.5.29.14";
/** @type {Record<string, () => Buffer>} */
const ALGORITHMS = {
  ec: () => der.sequence(der.oid("1.2.840.10045.4.3.2")),
  rsa: () => der.sequence(der.oid("1.2.840.113549.1.1.11"), der.none()),
};

/**
 * A certificate as DER.
 * @param {object} content
 * @param {string} content.subject common name
 * @param {string} content.issuer common name
 * @param {KeyObject} content.publicKey
 * @param {KeyObject} content.signer
 * @param {Buffer[]} content.extensions beside the subject's key id, which every certificate has
 * @param {Date} [content.from]
 * @param {Date} [content.until]
 */
export function certificate({ subject, issuer, publicKey, signer, extensions, from, until }) {
  const algorithm = ALGORITHMS[String(signer.asymmetricKeyType)]();
  const now = Date.now();
  const content = der.sequence(
    der.explicit(0, der.integer(Buffer.from([2]))),
    der.integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name(issuer),
    der.sequence(der.time(from ?? new Date(now - HOUR)), der.time(until ?? new Date(now + YEAR))),
    name(subject),
    publicKey.export({ format: "der", type: "spki" }),
    der.explicit(
      3,
      der.sequence(...extensions, extension(SUBJECT_KEY, der.octets(keyId(publicKey)))),
    ),
  );
  return der.sequence(content, algorithm, der.bits(sign("sha256", content, signer)));
}

/** @param {string} common */
const name = (common) =>
  der.sequence(der.set(der.sequence(der.oid(COMMON_NAME), der.utf8(common))));

/**
 * @param {string} id
 * @param {Buffer} value
 */
export const extension = (id, value, critical = false) =>
  der.sequence(der.oid(id), ...(critical ? [der.boolean(true)] : []), der.octets(value));

/** @param {KeyObject} publicKey */
export function keyId(publicKey) {
  return createHash("sha1")
    .update(publicKey.export({ format: "der", type: "spki" }))
    .digest();
}

/** @param {Buffer} bytes */
export const toPem = (bytes) =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString("base64").replace(/.{1,64}/g, "$&\n")}-----END CERTIFICATE-----\n`;

/**
 * The self-signed certificate that a JWKS shows for a signing key.
 * @param {string} subject
 * @param {{ publicKey: KeyObject, privateKey: KeyObject }} key
 */
export function selfSigned(subject, { publicKey, privateKey }) {
  return certificate({ subject, issuer: subject, publicKey, signer: privateKey, extensions: [] });
}

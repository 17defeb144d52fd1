import { createHash, createPrivateKey, createPublicKey, generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import { selfSigned } from "./tls/x509.js";

/** @import { KeyObject } from "node:crypto" */
/** @import { Ids } from "./ids.js" */

/** @typedef {{ kid: string, publicKey: KeyObject, privateKey: KeyObject, certificate?: Buffer }} SigningKey */

/** @typedef {{ publicKey: KeyObject, privateKey: KeyObject }} Pair */

const generate = promisify(generateKeyPair);

/** What Auth0 uses, and the fewest that RS256 permits. */
const BITS = 2048;

/** @returns {Promise<Pair>} */
const generatedPair = () => generate("rsa", { modulusLength: BITS });

/**
 * @param {string} pem
 * @returns {Pair}
 */
function pairOf(pem) {
  const privateKey = createPrivateKey(pem);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/**
 * Why a value is no key for RS256, as the end of a sentence that does not quote it; `undefined` if it is one.
 * @param {unknown} pem
 */
export function problemOfSigningKey(pem) {
  if (typeof pem !== "string") return "not a value of another type";
  if (pem.includes("ENCRYPTED")) return "not one that is encrypted";
  if (pem.includes("PUBLIC KEY")) return "not a public key";
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem);
    if (asymmetricKeyType !== "rsa") return `not an ${asymmetricKeyType} key`;
    const bits = Number(asymmetricKeyDetails?.modulusLength);
    return bits < BITS ? `not one of ${bits} bits` : undefined;
  } catch {
    return "not a text of another format";
  }
}

/**
 * The tenant's RS256 signing keys. Generating an RSA key is slow, so generation starts immediately
 * and only the first token waits for it: the tenant is ready before its key is.
 */
export class SigningKeys {
  #ids;
  /** @type {Promise<SigningKey>} */
  #current;
  /** @type {Promise<SigningKey>[]} */
  #previous = [];

  /**
   * @param {Ids} ids
   * @param {string} [first] the first key, as PEM, in place of one that is generated
   */
  constructor(ids, first) {
    this.#ids = ids;
    this.#current = this.#named(first === undefined ? generatedPair() : pairOf(first));
  }

  /** @param {Pair | Promise<Pair>} pair */
  #named(pair) {
    const kid = this.#ids.code().slice(0, 21);
    const key = Promise.resolve(pair).then((pair) => ({ kid, ...pair }));
    // If the tenant is closed before its first token, nothing handles a rejection.
    key.catch(() => {});
    return key;
  }

  current() {
    return this.#current;
  }

  /** The keys whose signatures are accepted, newest first. */
  all() {
    return Promise.all([this.#current, ...this.#previous]);
  }

  /** @param {string | undefined} kid */
  async find(kid) {
    return (await this.all()).find((key) => key.kid === kid);
  }

  /**
   * Signs with a new key from now on. The old one stays in the JWKS unless it is revoked.
   * @param {{ revoke?: boolean }} [options]
   */
  async rotate({ revoke = false } = {}) {
    this.#previous = revoke ? [] : [this.#current, ...this.#previous].slice(0, 2);
    this.#current = this.#named(generatedPair());
    return (await this.#current).kid;
  }

  /** The JSON Web Key Set. */
  async jwks() {
    return { keys: (await this.all()).map(toJwk) };
  }
}

/** @param {SigningKey} key */
function toJwk(key) {
  const { kty, n, e } = key.publicKey.export({ format: "jwk" });
  key.certificate ??= selfSigned("Tenant emulator", key);
  const x5t = createHash("sha1").update(key.certificate).digest("base64url");
  const x5c = [key.certificate.toString("base64")];
  return { kty, use: "sig", n, e, kid: key.kid, x5t, x5c, alg: "RS256" };
}

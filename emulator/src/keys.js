import { createHash, generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import { selfSigned } from "./tls/certificate.js";

const generate = promisify(generateKeyPair);

/**
 * The tenant's RS256 signing keys. RSA generation is slow, so it starts at once and is waited for by
 * the first token: a tenant is ready before its key is.
 */
export class SigningKeys {
  #ids;
  #current;
  #previous = [];

  constructor(ids) {
    this.#ids = ids;
    this.#current = this.#create();
  }

  #create() {
    const kid = this.#ids.code().slice(0, 21);
    const key = generate("rsa", { modulusLength: 2048 }).then((pair) => ({ kid, ...pair }));
    // A tenant closed before its first token must not report a rejection nobody waits for.
    key.catch(() => {});
    return key;
  }

  /** @returns {Promise<{ kid: string, privateKey: import("node:crypto").KeyObject }>} */
  current() {
    return this.#current;
  }

  /** Keys that verify, newest first. */
  all() {
    return Promise.all([this.#current, ...this.#previous]);
  }

  async find(kid) {
    return (await this.all()).find((key) => key.kid === kid);
  }

  /**
   * Signs with a new key from now on. The old one stays in the JWKS unless it is revoked.
   * @param {{ revoke?: boolean }} [options]
   */
  async rotate({ revoke = false } = {}) {
    this.#previous = revoke ? [] : [this.#current, ...this.#previous].slice(0, 2);
    this.#current = this.#create();
    return (await this.#current).kid;
  }

  /** The JSON Web Key Set. */
  async jwks() {
    return { keys: (await this.all()).map(toJwk) };
  }
}

function toJwk(key) {
  const { kty, n, e } = key.publicKey.export({ format: "jwk" });
  key.certificate ??= selfSigned("Tenant emulator", key);
  const x5t = createHash("sha1").update(key.certificate).digest("base64url");
  const x5c = [key.certificate.toString("base64")];
  return { kty, use: "sig", n, e, kid: key.kid, x5t, x5c, alg: "RS256" };
}

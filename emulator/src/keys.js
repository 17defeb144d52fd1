import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";

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
    const keys = await this.all();
    return {
      keys: keys.map(({ kid, publicKey }) => {
        const { kty, n, e } = publicKey.export({ format: "jwk" });
        return { kty, use: "sig", n, e, kid, alg: "RS256" };
      }),
    };
  }
}

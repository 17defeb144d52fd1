import { decodeJwt, errors, jwtVerify, SignJWT } from "jose";

const CACHE_LIMIT = 2000;

/** Signs the tenant's JWTs and checks those that come back. */
export class Tokens {
  #keys;
  #clock;
  #verified = new Map();

  constructor(keys, clock) {
    this.#keys = keys;
    this.#clock = clock;
  }

  /** @param {object} claims without `iat` and `exp` */
  async sign(claims, lifetimeSeconds) {
    const { kid, privateKey } = await this.#keys.current();
    const now = this.#clock.seconds();
    return new SignJWT({ ...claims, iat: now, exp: now + lifetimeSeconds })
      .setProtectedHeader({ alg: "RS256", typ: "JWT", kid })
      .sign(privateKey);
  }

  /**
   * Verifies signature, algorithm and expiry; issuer and audience are the caller's business.
   * A token seen before costs no second signature check.
   * @returns {Promise<object>} its claims
   * @throws {TokenFault}
   */
  async verify(token) {
    const claims = this.#verified.get(token) ?? (await this.#check(token));
    if (claims.exp <= this.#clock.seconds()) throw new TokenFault("expired");
    return claims;
  }

  async #check(token) {
    const options = { algorithms: ["RS256"], currentDate: new Date(this.#clock.now()) };
    const { payload } = await jwtVerify(token, ({ kid }) => this.#keyFor(kid), options).catch(
      (error) => {
        throw new TokenFault(REASONS[error.code] ?? "malformed");
      },
    );
    if (!Number.isFinite(payload.exp)) throw new TokenFault("malformed");
    if (this.#verified.size >= CACHE_LIMIT) this.#verified.clear();
    this.#verified.set(token, payload);
    return payload;
  }

  async #keyFor(kid) {
    const key = await this.#keys.find(kid);
    if (!key) throw new errors.JWSSignatureVerificationFailed();
    return key.publicKey;
  }

  /** After a key was revoked, what it signed no longer counts. */
  forget() {
    this.#verified.clear();
  }
}

const REASONS = {
  ERR_JWT_EXPIRED: "expired",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "signature",
  ERR_JOSE_ALG_NOT_ALLOWED: "algorithm",
};

export class TokenFault extends Error {
  /** @param {"expired" | "signature" | "algorithm" | "malformed"} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** The claims of a token, unchecked. */
export function peek(token) {
  try {
    return decodeJwt(token);
  } catch {
    return {};
  }
}

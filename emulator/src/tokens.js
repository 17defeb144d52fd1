// The whole of jose takes longer to import than these parts (ADR 21).
import { JWSSignatureVerificationFailed } from "jose/errors";
import { decodeJwt } from "jose/jwt/decode";
import { SignJWT } from "jose/jwt/sign";
import { jwtVerify } from "jose/jwt/verify";

/** @import { JWTPayload } from "jose" */
/** @import { Clock } from "./clock.js" */
/** @import { SigningKeys } from "./keys.js" */

/** @typedef {JWTPayload & { azp?: string, scope?: string }} Claims */
/** @typedef {"expired" | "signature" | "algorithm" | "malformed"} TokenErrorReason */

const CACHE_LIMIT = 2000;

/** @type {Record<string, TokenErrorReason>} */
const REASONS = {
  ERR_JWT_EXPIRED: "expired",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "signature",
  ERR_JOSE_ALG_NOT_ALLOWED: "algorithm",
};

export class TokenError extends Error {
  /** @param {TokenErrorReason} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** Signs the tenant's JWTs and verifies those that come back. */
export class Tokens {
  #keys;
  #clock;
  /** @type {Map<string, Claims>} */
  #verified = new Map();

  /**
   * @param {SigningKeys} keys
   * @param {Clock} clock
   */
  constructor(keys, clock) {
    this.#keys = keys;
    this.#clock = clock;
  }

  /**
   * @param {Claims} claims without `iat` and `exp`
   * @param {number} lifetimeSeconds
   * @param {string} [typ] what kind of JWT it is
   */
  async sign(claims, lifetimeSeconds, typ = "JWT") {
    const { kid, privateKey } = await this.#keys.current();
    const now = this.#clock.seconds();
    return new SignJWT({ ...claims, iat: now, exp: now + lifetimeSeconds })
      .setProtectedHeader({ alg: "RS256", typ, kid })
      .sign(privateKey);
  }

  /**
   * Verifies signature, algorithm and expiry; issuer and audience are up to the caller. The
   * signature of a token that was seen before is not verified again.
   * @param {string} token
   * @throws {TokenError}
   */
  async verify(token) {
    const claims = this.#verified.get(token) ?? (await this.#check(token));
    if (Number(claims.exp) <= this.#clock.seconds()) throw new TokenError("expired");
    return claims;
  }

  /**
   * @param {string} token
   * @returns {Promise<Claims>}
   */
  async #check(token) {
    const options = { algorithms: ["RS256"], currentDate: new Date(this.#clock.now()) };
    const { payload } = await jwtVerify(token, this.#findKey, options).catch((error) => {
      throw new TokenError(REASONS[error.code] ?? "malformed");
    });
    if (!Number.isFinite(payload.exp)) throw new TokenError("malformed");
    if (this.#verified.size >= CACHE_LIMIT) this.#verified.clear();
    this.#verified.set(token, payload);
    return payload;
  }

  /** @param {{ kid?: string }} header */
  #findKey = async ({ kid }) => {
    const key = await this.#keys.find(kid);
    if (!key) throw new JWSSignatureVerificationFailed();
    return key.publicKey;
  };

  /** Verifies every token again, because a key may have been revoked. */
  forget() {
    this.#verified.clear();
  }
}

/**
 * The claims of a token, unverified.
 * @param {string} token
 * @returns {Claims}
 */
export function peek(token) {
  try {
    return decodeJwt(token);
  } catch {
    return {};
  }
}

/**
 * The token of an `Authorization` header. `undefined` means that there is none, which has its own
 * error message.
 * @param {string | undefined} header
 */
export function bearerToken(header = "") {
  return /^Bearer +(\S+)$/i.exec(header)?.[1];
}

import { createPublicKey } from "node:crypto";
// The whole of jose takes longer to import than these parts (ADR 21).
import { decodeProtectedHeader } from "jose/decode/protected_header";
import { jwtVerify } from "jose/jwt/verify";

/** @import { Core } from "../core.js" */
/** @import { Client } from "../store/model.js" */
/** @import { Claims } from "../tokens.js" */

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
export const ASSERTION_ALGORITHMS = ["RS256", "RS384", "PS256", "PS384", "ES256", "ES384"];
const MAX_LENGTH = 2048;
const MAX_JTI_LENGTH = 64;
const TOLERANCE_SECONDS = 10;
const MAX_LIFETIME_SECONDS = 300;

/**
 * Whether a client assertion (`private_key_jwt`) is signed by the client, acceptable and unused.
 * @param {Core} core
 * @param {Client} client
 * @param {string} assertion
 * @param {string | undefined} type
 */
export async function isValidAssertion(core, client, assertion, type) {
  if (type !== ASSERTION_TYPE || assertion.length > MAX_LENGTH) return false;
  const claims = await Promise.any(
    candidateKeys(client, assertion).map(({ pem }) => verify(core, client, pem, assertion)),
  ).catch(() => undefined);
  return claims !== undefined && areClaimsAcceptable(core, claims) && isFirstUse(core, claims);
}

/**
 * @param {Client} client
 * @param {string} assertion
 */
function candidateKeys(client, assertion) {
  try {
    const { kid, alg } = decodeProtectedHeader(assertion);
    return client.public_keys.filter(
      (key) => (key.alg ?? "RS256") === alg && (kid === undefined || !key.kid || key.kid === kid),
    );
  } catch {
    return [];
  }
}

/**
 * @param {Core} core
 * @param {Client} client
 * @param {string} pem
 * @param {string} assertion
 * @returns {Promise<Claims>}
 */
async function verify(core, client, pem, assertion) {
  const { payload } = await jwtVerify(assertion, createPublicKey(pem), {
    algorithms: ASSERTION_ALGORITHMS,
    issuer: client.client_id,
    subject: client.client_id,
    audience: [core.issuer, ...core.customIssuers],
    clockTolerance: TOLERANCE_SECONDS,
    currentDate: new Date(core.clock.now()),
    requiredClaims: ["exp", "jti"],
  });
  return payload;
}

/**
 * @param {Core} core
 * @param {Claims} claims
 */
function areClaimsAcceptable(core, { exp = 0, iat = 0, jti }) {
  const now = core.clock.seconds();
  return (
    exp - now <= MAX_LIFETIME_SECONDS + TOLERANCE_SECONDS &&
    iat <= now + TOLERANCE_SECONDS &&
    typeof jti === "string" &&
    jti !== "" &&
    jti.length <= MAX_JTI_LENGTH
  );
}

/**
 * @param {Core} core
 * @param {Claims} claims
 */
function isFirstUse({ store }, { jti, iss }) {
  const key = `${iss} ${jti}`;
  if (store.assertions.has(key)) return false;
  store.assertions.add(key);
  return true;
}

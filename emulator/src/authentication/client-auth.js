import { createPublicKey } from "node:crypto";
import { decodeProtectedHeader, jwtVerify } from "jose";
import { OAuthError } from "../errors.js";
import { peek } from "../tokens.js";

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const ALGORITHMS = ["RS256", "RS384", "PS256", "PS384", "ES256", "ES384"];
const TOLERANCE_SECONDS = 10;
const LONGEST_ASSERTION_SECONDS = 300;

/**
 * Which client calls the token endpoint, by the method configured for it.
 * @returns {Promise<object>} the client
 */
export async function authenticateClient(core, request, form) {
  const given = credentials(request, form);
  const client = core.store.clients.get(given.clientId);
  if (!client || !isMethodAllowed(core, client, given.method)) throw refused(core);
  const holds = await PROOFS[given.method](core, client, given);
  if (!holds) throw refused(core);
  return client;
}

/** Auth0 documents one method per application, yet takes a secret in the body or in the header. */
function isMethodAllowed({ quirks }, { token_endpoint_auth_method: configured }, method) {
  if (method === configured) return true;
  return (
    !quirks.oneSecretMethod && [method, configured].every((one) => one.startsWith("client_secret_"))
  );
}

function credentials(request, form) {
  const basic = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? "");
  const proofs = [basic, form.client_secret, form.client_assertion];
  if (proofs.filter((proof) => proof !== undefined && proof !== null).length > 1) {
    throw new OAuthError(400, "invalid_request", "More than one way of client authentication");
  }
  if (basic) return { method: "client_secret_basic", ...parseBasic(basic[1]) };
  if (form.client_assertion !== undefined) {
    const assertion = String(form.client_assertion);
    const named = form.client_id ?? peek(assertion).sub;
    return {
      method: "private_key_jwt",
      clientId: named,
      assertion,
      type: form.client_assertion_type,
    };
  }
  if (form.client_id === undefined) throw missing("client_id");
  const method = form.client_secret === undefined ? "none" : "client_secret_post";
  return { method, clientId: form.client_id, secret: form.client_secret };
}

/** RFC 6749 wants both halves form-encoded before they are joined. */
function parseBasic(encoded) {
  const text = Buffer.from(encoded, "base64").toString();
  const colon = text.indexOf(":");
  return { clientId: formDecode(text.slice(0, colon)), secret: formDecode(text.slice(colon + 1)) };
}

function formDecode(text) {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

const PROOFS = {
  none: () => true,
  client_secret_post: (_core, client, { secret }) => client.client_secret === secret,
  client_secret_basic: (_core, client, { secret }) => client.client_secret === secret,
  private_key_jwt: assertionHolds,
};

async function assertionHolds(core, client, { assertion, type }) {
  if (type !== ASSERTION_TYPE || assertion.length > 2048) return false;
  const verified = await Promise.any(
    candidateKeys(client, assertion).map((key) => verifyAssertion(core, client, key, assertion)),
  ).catch(() => undefined);
  return verified !== undefined && claimsHold(core, verified.payload) && isFirstUse(core, verified);
}

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

function verifyAssertion(core, client, key, assertion) {
  return jwtVerify(assertion, createPublicKey(key.pem), {
    algorithms: ALGORITHMS,
    issuer: client.client_id,
    subject: client.client_id,
    audience: [core.issuer, ...core.customIssuers],
    clockTolerance: TOLERANCE_SECONDS,
    currentDate: new Date(core.clock.now()),
    requiredClaims: ["exp", "jti"],
  });
}

function claimsHold(core, { exp, iat = 0, jti }) {
  const now = core.clock.seconds();
  return (
    exp - now <= LONGEST_ASSERTION_SECONDS + TOLERANCE_SECONDS &&
    iat <= now + TOLERANCE_SECONDS &&
    typeof jti === "string" &&
    jti !== "" &&
    jti.length <= 64
  );
}

function isFirstUse({ store }, { payload: { jti, iss } }) {
  const key = `${iss} ${jti}`;
  if (store.assertions.has(key)) return false;
  store.assertions.set(key, true);
  return true;
}

function refused({ quirks }) {
  return quirks.invalidClient
    ? new OAuthError(401, "invalid_client", "Client authentication failed")
    : new OAuthError(401, "access_denied", "Unauthorized");
}

export function missing(name) {
  return new OAuthError(400, "invalid_request", `Missing required parameter: ${name}`);
}

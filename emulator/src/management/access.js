import { ApiError } from "../errors.js";

const MESSAGES = {
  expired: "Expired token received for JSON Web Token validation",
  signature: "Invalid signature received for JSON Web Token validation",
  algorithm: "Invalid token",
  malformed: "Invalid token",
};

/**
 * Who is calling? The order of checks is Auth0's: token, signature and expiry, issuer and audience.
 * @returns {Promise<object>} the token's claims
 */
export async function authenticate(core, request) {
  const token = bearer(request.headers.authorization);
  if (!token) throw new ApiError(401, "Missing authentication");
  const claims = await core.tokens.verify(token).catch((fault) => {
    throw unauthorized(MESSAGES[fault.reason]);
  });
  if (claims.iss !== core.issuerFor(request)) throw unauthorized("Invalid token");
  if (![claims.aud].flat().includes(core.audience)) {
    throw unauthorized(`Bad audience: ${[claims.aud].flat()[0]}`);
  }
  if (!core.store.clients.has(claims.azp)) throw new ApiError(401, "Client is not global");
  return claims;
}

/** `undefined` when there is no token at all, which has its own message. */
export function bearer(header = "") {
  return /^Bearer +(\S+)$/i.exec(header)?.[1];
}

function unauthorized(message) {
  return new ApiError(401, message, { attributes: { error: message } });
}

/**
 * @param {{ scopes: string[], everyScope?: boolean }} operation one of its scopes is enough, unless
 *   it wants every one
 * @param {object} claims
 * @param {string} [userId] the user acted upon; a `current_user` scope reaches nobody else
 */
export function authorize(core, operation, claims, userId) {
  const granted = new Set((claims.scope ?? "").split(" "));
  const held = operation.scopes.filter((scope) => granted.has(scope));
  const everyScope = operation.everyScope && core.quirks.revokeNeedsBothScopes;
  const missing = everyScope
    ? operation.scopes.filter((scope) => !granted.has(scope))
    : held.length > 0
      ? []
      : everyOrFirst(operation);
  if (missing.length > 0) {
    throw new ApiError(403, `Insufficient scope, expected any of: ${missing.join(",")}`, {
      code: "insufficient_scope",
    });
  }
  if (held.every(isOwnScope) && claims.sub !== userId) {
    throw new ApiError(403, "User to be acted on does not match subject in bearer token.");
  }
}

function everyOrFirst({ scopes, everyScope }) {
  return everyScope ? scopes.slice(0, 1) : scopes;
}

function isOwnScope(scope) {
  return scope.includes(":current_user");
}

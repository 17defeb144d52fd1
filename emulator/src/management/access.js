import { ApiError } from "../errors.js";
import { bearerToken } from "../tokens.js";

/** @import { Core } from "../core.js" */
/** @import { Request } from "../http.js" */
/** @import { Claims, TokenErrorReason } from "../tokens.js" */
/** @import { Operation } from "./operation.js" */

/** @type {Record<TokenErrorReason, string>} */
const MESSAGES = {
  expired: "Expired token received for JSON Web Token validation",
  signature: "Invalid signature received for JSON Web Token validation",
  algorithm: "Invalid token",
  malformed: "Invalid token",
};

/**
 * Verifies the access token in Auth0's order: presence, signature and expiry, issuer, audience.
 * @param {Core} core
 * @param {Request} request
 * @returns {Promise<Claims>}
 */
export async function authenticate(core, request) {
  const token = bearerToken(request.headers.authorization);
  if (!token) throw new ApiError(401, "Missing authentication");
  const claims = await core.tokens.verify(token).catch(({ reason }) => {
    throw unauthorized(MESSAGES[/** @type {TokenErrorReason} */ (reason)]);
  });
  if (claims.iss !== core.issuerFor(request)) throw unauthorized("Invalid token");
  if (![claims.aud].flat().includes(core.audience)) {
    throw unauthorized(`Bad audience: ${[claims.aud].flat()[0]}`);
  }
  if (!core.store.clients.has(claims.azp)) throw new ApiError(401, "Client is not global");
  return claims;
}

/** @param {string} message */
function unauthorized(message) {
  return new ApiError(401, message, { attributes: { error: message } });
}

/**
 * Checks the scopes of a token. One of the operation's scopes is enough, unless it needs all of them.
 * @param {Core} core
 * @param {Operation} operation
 * @param {Claims} claims
 * @param {string} [userId] the user acted upon: a `current_user` scope covers only the token's own
 */
export function authorize(core, operation, claims, userId) {
  const { scopes } = operation;
  const granted = grantedScopes(claims);
  const held = scopes.filter((scope) => granted.includes(scope));
  const needsAll = operation.everyScope && core.quirks.revokeNeedsBothScopes;
  const isAllowed = needsAll ? held.length === scopes.length : held.length > 0;
  if (!isAllowed) throw insufficient(missingScopes(operation, held, needsAll));
  if (held.every(isOwnScope) && claims.sub !== userId) {
    throw new ApiError(403, "User to be acted on does not match subject in bearer token.");
  }
}

/**
 * The scopes that Auth0's message lists.
 * @param {Operation} operation
 * @param {string[]} held
 * @param {boolean | undefined} needsAll
 */
function missingScopes({ scopes, everyScope }, held, needsAll) {
  if (needsAll) return scopes.filter((scope) => !held.includes(scope));
  return everyScope ? scopes.slice(0, 1) : scopes;
}

/** @param {string[]} scopes */
function insufficient(scopes) {
  return new ApiError(403, `Insufficient scope, expected any of: ${scopes.join(",")}`, {
    code: "insufficient_scope",
  });
}

/** Where the body decides which scope is needed. */
export const needsUpdateUsers = () => insufficient(["update:users"]);

/** @param {Claims} claims */
export function grantedScopes({ scope = "" }) {
  return scope.split(" ");
}

/** @param {string} scope */
function isOwnScope(scope) {
  return scope.includes(":current_user");
}

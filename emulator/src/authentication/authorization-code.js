import { createHash } from "node:crypto";
import { OAuthError } from "../errors.js";
import { issueRefreshToken } from "./refresh-token.js";
import { accessToken, idToken } from "./user-tokens.js";

/** @import { Core } from "../core.js" */
/** @import { CodeGrant } from "../store/model.js" */
/** @import { TokenRequest } from "./token.js" */

/**
 * The authorization code grant. A code works once, for the client and the callback it was issued
 * for.
 * @param {TokenRequest} tokenRequest
 */
export async function authorizationCode(tokenRequest) {
  const { core, form, client } = tokenRequest;
  const grant = core.store.codes.get(form.code);
  core.store.codes.delete(form.code);
  const isValid =
    grant &&
    grant.expiresAt > core.clock.now() &&
    grant.clientId === client.client_id &&
    grant.redirectUri === form.redirect_uri;
  if (!isValid) throw invalidGrant(core, "Invalid authorization code");
  if (!matchesChallenge(grant, form.code_verifier)) {
    throw invalidGrant(core, "Failed to verify code verifier");
  }
  return issueTokens(tokenRequest, grant);
}

/**
 * @param {TokenRequest} tokenRequest
 * @param {CodeGrant} grant
 */
async function issueTokens({ core, request, client }, grant) {
  const { scopes, userId } = grant;
  const user = core.store.users.get(userId);
  if (!user) throw invalidGrant(core, "Invalid authorization code");
  if (user.blocked) throw invalidGrant(core, "user is blocked");
  const wantsRefresh =
    scopes.includes("offline_access") && client.grant_types.includes("refresh_token");
  core.log("seacft", { user_id: userId, client_id: client.client_id }, request);
  return {
    ...(await accessToken(core, grant)),
    ...(wantsRefresh && { refresh_token: issueRefreshToken({ core, request, client }, grant) }),
    ...(scopes.includes("openid") && { id_token: await idToken(core, grant) }),
  };
}

/**
 * @param {CodeGrant} grant
 * @param {string | undefined} verifier
 */
function matchesChallenge({ challenge, challengeMethod }, verifier) {
  if (challenge === undefined) return verifier === undefined;
  if (verifier === undefined || !/^[A-Za-z0-9._~-]{43,128}$/.test(verifier)) return false;
  const derived =
    challengeMethod === "S256"
      ? createHash("sha256").update(verifier).digest("base64url")
      : verifier;
  return derived === challenge;
}

/**
 * @param {Core} core
 * @param {string} description
 */
function invalidGrant({ quirks }, description) {
  return new OAuthError(quirks.codeErrorStatus, "invalid_grant", description);
}

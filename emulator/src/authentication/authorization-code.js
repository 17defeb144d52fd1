import { createHash } from "node:crypto";
import { OAuthError } from "../errors.js";
import { issueRefreshToken } from "./refresh-token.js";
import { accessToken, idToken } from "./user-tokens.js";

/** @import { CodeGrant } from "../store/model.js" */
/** @import { TokenRequest } from "./token.js" */

/**
 * The authorization code grant. A code works once, for the client and the callback it was issued
 * for.
 * @param {TokenRequest} tokenRequest
 */
export async function authorizationCode(tokenRequest) {
  const { core, form, client, request } = tokenRequest;
  const grant = core.store.codes.get(form.code);
  core.store.codes.delete(form.code);
  const failure = failureOf(tokenRequest, grant);
  const event = {
    user_id: grant?.userId,
    client_id: client.client_id,
    ...(grant?.actor && { details: { actor: grant.actor } }),
  };
  const exchange = grant?.actor ? "deleacft" : "eacft";
  if (failure !== undefined || !grant) {
    core.log(`f${exchange}`, { ...event, description: failure }, request);
    throw new OAuthError(core.quirks.codeErrorStatus, "invalid_grant", String(failure));
  }
  core.log(`s${exchange}`, event, request);
  return issueTokens(tokenRequest, grant);
}

/**
 * Why a code gives no tokens.
 * @param {TokenRequest} tokenRequest
 * @param {CodeGrant | undefined} grant
 */
function failureOf({ core, form, client }, grant) {
  const isValid =
    grant &&
    grant.expiresAt > core.clock.now() &&
    grant.clientId === client.client_id &&
    grant.redirectUri === form.redirect_uri;
  if (!isValid) return "Invalid authorization code";
  if (!matchesChallenge(grant, form.code_verifier)) return "Failed to verify code verifier";
  const user = core.store.users.get(grant.userId);
  if (!user) return "Invalid authorization code";
  return user.blocked ? "user is blocked" : undefined;
}

/**
 * @param {TokenRequest} tokenRequest
 * @param {CodeGrant} grant
 */
async function issueTokens({ core, request, client }, grant) {
  const { scopes } = grant;
  const wantsRefresh =
    scopes.includes("offline_access") && client.grant_types.includes("refresh_token");
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

import { OAuthError } from "../errors.js";
import { bearerToken } from "../tokens.js";
import { profileClaims } from "./user-tokens.js";

/** @import { Context } from "../http.js" */

/**
 * GET or POST /userinfo
 * @param {Context} context
 */
export async function userinfo(context) {
  const { core, request, reply } = context;
  // passport-auth0 sends the token in the query, and Auth0 accepts it there.
  const token = bearerToken(request.headers.authorization) ?? single(request.query.access_token);
  const grant = token ? await grantOf(context, token) : undefined;
  const user = grant?.scopes.includes("openid") ? core.store.users.get(grant.userId) : undefined;
  if (!grant || !user) {
    reply.header("www-authenticate", 'Bearer error="invalid_token"');
    throw new OAuthError(401, "invalid_token", "The access token is invalid or has expired");
  }
  core.limits.takeUserinfo(user.user_id, reply);
  return { sub: user.user_id, ...profileClaims(user, grant.scopes) };
}

/**
 * @param {unknown} parameter of a query; a list, if it was sent more than once
 * @returns {string | undefined}
 */
const single = (parameter) => (typeof parameter === "string" ? parameter : undefined);

/**
 * The user and the scopes that a live token stands for.
 * @param {Context} context
 * @param {string} token
 * @returns {Promise<{ userId: string | undefined, scopes: string[] } | undefined>}
 */
async function grantOf({ core, request }, token) {
  const opaque = core.store.opaqueTokens.get(token);
  if (opaque) return opaque.expiresAt > core.clock.now() ? opaque : undefined;
  const claims = await core.tokens.verify(token).catch(() => undefined);
  const issuer = core.issuerFor(request);
  if (claims?.iss !== issuer || ![claims.aud].flat().includes(`${issuer}userinfo`)) {
    return undefined;
  }
  return { userId: claims.sub, scopes: (claims.scope ?? "").split(" ") };
}

import { OAuthError } from "../errors.js";
import { bearerToken } from "../tokens.js";
import { customClaims } from "./custom-claims.js";
import { eventOf, profileClaims } from "./user-tokens.js";

/** @import { Context, Request } from "../http.js" */

/**
 * GET or POST /userinfo
 * @param {Context} context
 */
export async function userinfo(context) {
  const { core, request, reply } = context;
  const token = bearerToken(request.headers.authorization) ?? inQuery(request);
  const grant = token ? await grantOf(context, token) : undefined;
  const user = grant?.scopes.includes("openid") ? core.store.users.get(grant.userId) : undefined;
  if (!grant || !user) {
    reply.header("www-authenticate", 'Bearer error="invalid_token"');
    throw new OAuthError(401, "invalid_token", "The access token is invalid or has expired");
  }
  core.limits.takeUserinfo(user.user_id, reply);
  const { clientId, scopes } = grant;
  const event = eventOf(core, "userinfo", { userId: user.user_id, clientId, scopes });
  return {
    ...profileClaims(user, scopes),
    ...(await customClaims(core, event)),
    sub: user.user_id,
  };
}

/**
 * Some SDKs send the token in the query.
 * @param {Request} request
 * @returns {string | undefined}
 */
function inQuery({ query: { access_token: token } }) {
  return typeof token === "string" && token !== "" ? token : undefined;
}

/**
 * The user and the scopes that a live token stands for.
 * @param {Context} context
 * @param {string} token
 * @returns {Promise<{ userId: string | undefined, clientId: string, scopes: string[] } | undefined>}
 */
async function grantOf({ core, request }, token) {
  const opaque = core.store.opaqueTokens.get(token);
  if (opaque) return opaque.expiresAt > core.clock.now() ? opaque : undefined;
  const claims = await core.tokens.verify(token).catch(() => undefined);
  const issuer = core.issuerFor(request);
  if (claims?.iss !== issuer || ![claims.aud].flat().includes(`${issuer}userinfo`)) {
    return undefined;
  }
  const { sub: userId, azp: clientId = "", scope = "" } = claims;
  return { userId, clientId, scopes: scope.split(" ") };
}

import { OAuthError } from "../errors.js";
import { bearer } from "../management/access.js";
import { profileClaims } from "./user-tokens.js";

/** GET or POST /userinfo */
export async function userinfo(core, request, reply) {
  const token = bearer(request.headers.authorization);
  const grant = token && (await grantOf(core, request, token));
  const user = grant && core.store.users.get(grant.userId);
  if (!user) {
    reply.header("www-authenticate", 'Bearer error="invalid_token"');
    throw new OAuthError(401, "invalid_token", "The access token is invalid or has expired");
  }
  core.limits.takeUserinfo(user.user_id, reply);
  return { sub: user.user_id, ...profileClaims(user, grant.scopes) };
}

async function grantOf(core, request, token) {
  const opaque = core.store.opaqueTokens.get(token);
  if (opaque) return opaque.expiresAt > core.clock.now() && has(opaque.scopes, opaque);
  const claims = await core.tokens.verify(token).catch(() => undefined);
  const issuer = core.issuerFor(request);
  if (claims?.iss !== issuer || ![claims.aud].flat().includes(`${issuer}userinfo`))
    return undefined;
  const scopes = (claims.scope ?? "").split(" ");
  return has(scopes, { userId: claims.sub, scopes });
}

function has(scopes, grant) {
  return scopes.includes("openid") ? grant : undefined;
}

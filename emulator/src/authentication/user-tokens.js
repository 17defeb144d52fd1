import { createHash } from "node:crypto";

const SCOPED_CLAIMS = {
  profile: [
    "name",
    "given_name",
    "family_name",
    "nickname",
    "picture",
    "username",
    "locale",
    "gender",
    "updated_at",
  ],
  email: ["email", "email_verified"],
  phone: ["phone_number"],
};

/** What a user's scopes let an application know. */
export function profileClaims(user, scopes) {
  const names = scopes.flatMap((scope) => SCOPED_CLAIMS[scope] ?? []);
  const known = names.filter((name) => user[name] !== undefined);
  return Object.fromEntries(known.map((name) => [name, user[name]]));
}

/**
 * @param {object} grant who logged in where, and for what
 * @param {object} [hashes] `at_hash` and `c_hash` of the hybrid flows
 */
export function idToken(core, grant, hashes = {}) {
  const user = core.store.users.get(grant.userId);
  const claims = {
    ...profileClaims(user, grant.scopes),
    ...hashes,
    iss: grant.issuer,
    aud: grant.clientId,
    sub: user.user_id,
    ...(grant.sessionId && { sid: grant.sessionId }),
    ...(grant.nonce !== undefined && { nonce: grant.nonce }),
    ...(grant.authTime !== undefined && { auth_time: grant.authTime }),
  };
  return core.tokens.sign(claims, core.options.idTokenLifetime);
}

/** A JWT for an API, or an opaque token that only /userinfo understands. */
export async function accessToken(core, grant) {
  const { audience, scopes } = grant;
  const api = audience && core.store.apis.get(audience);
  const lifetime = api?.token_lifetime ?? 86_400;
  const token = api ? await signed(core, grant, api, lifetime) : opaque(core, grant, lifetime);
  return {
    access_token: token,
    scope: scopes.join(" "),
    expires_in: lifetime,
    token_type: "Bearer",
  };
}

function signed(core, { scopes, userId, clientId, issuer }, api, lifetime) {
  const audiences = scopes.includes("openid")
    ? [api.identifier, `${issuer}userinfo`]
    : api.identifier;
  const claims = {
    iss: issuer,
    sub: userId,
    aud: audiences,
    azp: clientId,
    scope: scopes.join(" "),
  };
  return core.tokens.sign(claims, lifetime);
}

function opaque(core, { userId, scopes }, lifetime) {
  const token = core.ids.code();
  const expiresAt = core.clock.now() + lifetime * 1000;
  core.store.opaqueTokens.set(token, { userId, scopes, expiresAt });
  return token;
}

/** The left half of a SHA-256, as OpenID Connect wants for RS256. */
export function hashOf(value) {
  return createHash("sha256").update(value).digest().subarray(0, 16).toString("base64url");
}

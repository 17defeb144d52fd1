import { createHash } from "node:crypto";
import { customClaims } from "./custom-claims.js";
import { DELEGATED_LIFETIME } from "./delegation.js";

/** @import { TokenEvent } from "../../index.js" */
/** @import { Core } from "../core.js" */
/** @import { Api, Grant, User } from "../store/model.js" */

const DEFAULT_LIFETIME = 86_400;

/** @type {Record<string, string[]>} */
const SCOPED_CLAIMS = {
  profile: [
    "name",
    "given_name",
    "family_name",
    "nickname",
    "picture",
    "locale",
    "gender",
    "updated_at",
  ],
  email: ["email", "email_verified"],
  phone: ["phone_number"],
};

/**
 * What the granted scopes let an application know about a user.
 * @param {User} user
 * @param {string[]} scopes
 */
export function profileClaims(user, scopes) {
  const names = scopes.flatMap((scope) => SCOPED_CLAIMS[scope] ?? []);
  const known = names.filter((name) => user[name] !== undefined);
  return Object.fromEntries(known.map((name) => [name, user[name]]));
}

/**
 * @param {Core} core
 * @param {Grant} grant
 * @param {{ at_hash?: string, c_hash?: string }} [hashes] for the hybrid flows
 */
export async function idToken(core, grant, hashes = {}) {
  const user = core.store.users.get(grant.userId);
  if (!user) throw new Error(`There is no user ${grant.userId}`);
  const claims = {
    ...profileClaims(user, grant.scopes),
    ...(await customClaims(core, eventOf(core, "id_token", grant))),
    ...hashes,
    iss: grant.issuer,
    aud: grant.clientId,
    sub: user.user_id,
    ...(grant.sessionId && { sid: grant.sessionId }),
    ...(grant.nonce !== undefined && { nonce: grant.nonce }),
    ...(grant.authTime !== undefined && { auth_time: grant.authTime }),
    ...(grant.actor && { act: grant.actor }),
  };
  return core.tokens.sign(claims, core.options.idTokenLifetime);
}

/**
 * What the option `onToken` learns about a token for a user.
 * @param {Core} core
 * @param {TokenEvent["kind"]} kind
 * @param {Pick<Grant, "userId" | "clientId" | "scopes" | "audience" | "sessionId">} grant
 * @returns {TokenEvent}
 */
export function eventOf({ store }, kind, { userId, clientId, scopes, audience, sessionId }) {
  return {
    kind,
    user: store.users.get(userId),
    clientId,
    scopes,
    audience,
    sessionId: sessionId ?? undefined,
  };
}

/**
 * A JWT for an API, or an opaque token that only `/userinfo` understands.
 * @param {Core} core
 * @param {Grant} grant
 */
export async function accessToken(core, grant) {
  const { audience, scopes } = grant;
  const api = core.store.apis.get(audience);
  const usual = api?.token_lifetime ?? DEFAULT_LIFETIME;
  const lifetime = grant.actor ? Math.min(usual, DELEGATED_LIFETIME) : usual;
  const token = api ? await jwt(core, grant, api, lifetime) : opaque(core, grant, lifetime);
  return {
    access_token: token,
    scope: scopes.join(" "),
    expires_in: lifetime,
    token_type: "Bearer",
  };
}

/**
 * @param {Core} core
 * @param {Grant} grant
 * @param {Api} api
 * @param {number} lifetime
 */
async function jwt(core, grant, { identifier }, lifetime) {
  const { scopes, userId, clientId, issuer, actor } = grant;
  const audiences = scopes.includes("openid") ? [identifier, `${issuer}userinfo`] : identifier;
  const claims = {
    ...(await customClaims(core, eventOf(core, "access_token", grant))),
    iss: issuer,
    sub: userId,
    aud: audiences,
    azp: clientId,
    scope: scopes.join(" "),
    ...(actor && { act: actor }),
  };
  return core.tokens.sign(claims, lifetime);
}

/**
 * @param {Core} core
 * @param {Grant} grant
 * @param {number} lifetime
 */
function opaque(core, { userId, clientId, scopes }, lifetime) {
  const token = core.ids.code();
  const expiresAt = core.clock.now() + lifetime * 1000;
  core.store.opaqueTokens.set(token, { userId, clientId, scopes, expiresAt });
  return token;
}

/**
 * The left half of a SHA-256 hash, as OpenID Connect requires for RS256.
 * @param {string} value
 */
export function hashOf(value) {
  return createHash("sha256").update(value).digest().subarray(0, 16).toString("base64url");
}

import { OAuthError } from "../errors.js";
import { completeRefreshToken, device } from "../store/rows.js";
import { authenticateClient, missingParameter } from "./client-auth.js";
import { readForm } from "./form.js";
import { recordGrant } from "./user-grants.js";
import { accessToken, idToken } from "./user-tokens.js";

/** @import { Core } from "../core.js" */
/** @import { Context, Request } from "../http.js" */
/** @import { Client, Grant, RefreshToken } from "../store/model.js" */
/** @import { Store } from "../store/store.js" */
/** @import { TokenRequest } from "./token.js" */

/** Per user and application: issuing another deletes the oldest. */
const MAX_TOKENS = 200;
const UNUSABLE = "Unknown or invalid refresh token.";

/**
 * @param {Pick<TokenRequest, "core" | "request" | "client">} context
 * @param {Grant} grant
 * @returns {string} the token itself
 */
export function issueRefreshToken({ core, request, client }, grant) {
  const { store, ids, clock } = core;
  const { client_id: clientId } = client;
  makeRoom(store, grant.userId, clientId);
  const audience = grant.audience ?? `${grant.issuer}userinfo`;
  const row = completeRefreshToken(
    {
      user_id: grant.userId,
      session_id: grant.sessionId,
      rotating: client.rotating,
      device: device(request.headers["user-agent"] ?? "", request.ip),
      resource_servers: [{ audience, scopes: grant.scopes.join(" ") }],
    },
    { ids, clock, clientId, audience },
  );
  store.refreshTokens.set(row);
  recordGrant(core, { ...grant, audience });
  const raw = ids.rawRefreshToken();
  store.rawRefreshTokens.set(raw, { id: row.id });
  return raw;
}

/**
 * @param {Store} store
 * @param {string} userId
 * @param {string} clientId
 */
function makeRoom(store, userId, clientId) {
  const tokens = store.refreshTokens.of(userId).filter((token) => token.client_id === clientId);
  for (const token of tokens.slice(0, Math.max(0, tokens.length - MAX_TOKENS + 1))) {
    store.deleteRefreshToken(token.id);
  }
}

/**
 * The refresh token grant. Presenting a rotating token a second time ends its whole family.
 * @param {TokenRequest} tokenRequest
 */
export async function refreshToken({ core, request, form, client }) {
  const { store } = core;
  const entry = store.rawRefreshTokens.get(form.refresh_token);
  const row = store.refreshTokens.get(entry?.id);
  const event = { user_id: row?.user_id, client_id: client.client_id };
  if (!entry || !row || !isUsable(core, row, client)) {
    core.log("fertft", { ...event, description: UNUSABLE }, request);
    throw invalidRefreshToken();
  }
  if (entry.retired) {
    store.deleteRefreshToken(row.id);
    core.log("ferrt", event, request);
    throw invalidRefreshToken();
  }
  row.last_exchanged_at = core.clock.iso();
  core.log("sertft", event, request);
  const grant = grantOf(core, request, row, form.scope);
  return {
    ...(await accessToken(core, grant)),
    ...(row.rotating && { refresh_token: rotate(core, entry) }),
    ...(grant.scopes.includes("openid") && { id_token: await idToken(core, grant) }),
  };
}

/**
 * @param {Core} core
 * @param {RefreshToken} row
 * @param {Client} client
 */
function isUsable({ clock, store }, row, client) {
  const user = store.users.get(row.user_id);
  return (
    row.client_id === client.client_id &&
    !clock.hasPassed(row.expires_at) &&
    !clock.hasPassed(row.idle_expires_at) &&
    user !== undefined &&
    !user.blocked
  );
}

/**
 * @param {Core} core
 * @param {{ id: string, retired?: boolean }} entry
 */
function rotate({ store, ids }, entry) {
  entry.retired = true;
  const raw = ids.rawRefreshToken();
  store.rawRefreshTokens.set(raw, { id: entry.id });
  return raw;
}

/**
 * What the token was issued for, narrowed down to the scopes that the request names, if any.
 * @param {Core} core
 * @param {Request} request
 * @param {RefreshToken} row
 * @param {string | undefined} requested
 * @returns {Grant}
 */
function grantOf(core, request, row, requested) {
  const { audience, scopes: all = "" } = row.resource_servers?.[0] ?? {};
  const granted = all.split(" ").filter(Boolean);
  const named = requested?.split(" ");
  return {
    clientId: row.client_id,
    userId: row.user_id,
    sessionId: row.session_id,
    scopes: granted.filter((scope) => named?.includes(scope) ?? true),
    audience: core.store.apis.has(audience) ? audience : undefined,
    issuer: core.issuerFor(request),
  };
}

function invalidRefreshToken() {
  return new OAuthError(403, "invalid_grant", UNUSABLE);
}

/**
 * POST /oauth/revoke: 200 whether or not the token was known.
 * @param {Context} context
 */
export async function revoke({ core, request }) {
  const form = readForm(request);
  const client = await authenticateClient(core, request, form);
  if (form.token === undefined) throw missingParameter("token");
  const entry = core.store.rawRefreshTokens.get(form.token);
  const row = core.store.refreshTokens.get(entry?.id);
  if (row?.client_id !== client.client_id) return;
  core.store.deleteRefreshToken(row.id);
  core.log("srrt", { user_id: row.user_id, client_id: client.client_id }, request);
}

import { OAuthError } from "../errors.js";
import { completeRefreshToken, device } from "../seed/rows.js";
import { authenticateClient, missing } from "./client-auth.js";
import { readForm } from "./form.js";
import { accessToken, idToken } from "./user-tokens.js";

/** Of one user and application; the oldest goes when another is issued. */
const MOST_TOKENS = 200;

/** @returns {string} the token itself */
export function issueRefreshToken(core, request, client, grant) {
  const { store, ids, clock } = core;
  makeRoom(store, grant.userId, client.client_id);
  const agent = request.headers["user-agent"] ?? "";
  const row = store.refreshTokens.set(
    completeRefreshToken(
      {
        user_id: grant.userId,
        client_id: client.client_id,
        session_id: grant.sessionId,
        rotating: client.rotating,
        device: device(agent, request.ip),
        resource_servers: [
          { audience: grant.audience ?? `${grant.issuer}userinfo`, scopes: grant.scopes.join(" ") },
        ],
      },
      { ids, clock },
    ),
  );
  const raw = ids.rawRefreshToken();
  store.rawRefreshTokens.set(raw, { id: row.id });
  return raw;
}

function makeRoom(store, userId, clientId) {
  const tokens = store.refreshTokens.of(userId).filter((token) => token.client_id === clientId);
  for (const token of tokens.slice(0, Math.max(0, tokens.length - MOST_TOKENS + 1))) {
    store.deleteRefreshToken(token.id);
  }
}

/** The grant. A rotating token that comes a second time ends the whole family. */
export async function refreshToken({ core, request, form, client }) {
  const { store } = core;
  const entry = store.rawRefreshTokens.get(form.refresh_token);
  const row = store.refreshTokens.get(entry?.id);
  if (!row || !isUsable(core, row, client)) throw unknown();
  if (entry.retired) {
    store.deleteRefreshToken(row.id);
    core.log("ferrt", { user_id: row.user_id, client_id: client.client_id }, request);
    throw unknown();
  }
  row.last_exchanged_at = core.clock.iso();
  core.log("sertft", { user_id: row.user_id, client_id: client.client_id }, request);
  const grant = grantOf(core, request, row);
  return {
    ...(await accessToken(core, grant)),
    ...(row.rotating && { refresh_token: rotate(core, entry) }),
    ...(grant.scopes.includes("openid") && { id_token: await idToken(core, grant) }),
  };
}

function isUsable(core, row, client) {
  const now = core.clock.now();
  const ends = [row.expires_at, row.idle_expires_at].filter((date) => typeof date === "string");
  const user = core.store.users.get(row.user_id);
  return (
    row.client_id === client.client_id &&
    ends.every((date) => Date.parse(date) > now) &&
    user !== undefined &&
    !user.blocked
  );
}

function rotate({ store, ids }, entry) {
  entry.retired = true;
  const raw = ids.rawRefreshToken();
  store.rawRefreshTokens.set(raw, { id: entry.id });
  return raw;
}

function grantOf(core, request, row) {
  const [{ audience, scopes = "" } = {}] = row.resource_servers ?? [];
  return {
    clientId: row.client_id,
    userId: row.user_id,
    sessionId: row.session_id,
    scopes: scopes.split(" ").filter(Boolean),
    audience: core.store.apis.has(audience) ? audience : undefined,
    issuer: core.issuerFor(request),
  };
}

function unknown() {
  return new OAuthError(403, "invalid_grant", "Unknown or invalid refresh token.");
}

/** POST /oauth/revoke: 200 whether or not the token was known. */
export async function revoke(core, request) {
  const form = readForm(request);
  const client = await authenticateClient(core, request, form);
  if (form.token === undefined) throw missing("token");
  const entry = core.store.rawRefreshTokens.get(form.token);
  const row = core.store.refreshTokens.get(entry?.id);
  if (row?.client_id === client.client_id) core.store.deleteRefreshToken(row.id);
}

import { ApiError, listedUserNotFound } from "../errors.js";
import { checkpointPage } from "./pages.js";
import { checkpointQuery, metadataFits, userIdParam } from "./schemas.js";

const SESSION_ID = {
  type: "object",
  properties: { id: { type: "string", minLength: 1, maxLength: 50 } },
};

function sessionOf({ core, params }) {
  const session = core.store.sessions.get(params.id);
  if (!session) throw new ApiError(404, "The session does not exist.");
  return session;
}

function userOf({ core, params }) {
  const user = core.store.users.get(params.user_id);
  if (!user) throw listedUserNotFound();
  return user;
}

function isLive(core, session) {
  const now = core.clock.now();
  return [session.expires_at, session.idle_expires_at].every(
    (date) => typeof date !== "string" || Date.parse(date) > now,
  );
}

/** Ends a session when the tenant gets round to it. */
export function endSession(core, session, { withTokens = false } = {}) {
  const { store, jobs, options } = core;
  jobs.later(options.deleteDelay, () => {
    store.sessions.delete(session.id);
    if (!withTokens) return;
    for (const token of store.refreshTokensOfSession(session.id, session.user_id)) {
      store.deleteRefreshToken(token.id);
    }
  });
}

function listSessions(call) {
  const { core, query } = call;
  const user = userOf(call);
  const rows = core.store.sessions
    .of(user.user_id)
    .filter((session) => core.quirks.listExpiredSessions || isLive(core, session));
  const { items, next } = checkpointPage(core, rows, query);
  return {
    sessions: items,
    ...(next && { next }),
    ...(query.include_totals && { total: rows.length }),
  };
}

function updateSession(call) {
  const session = sessionOf(call);
  const { session_metadata: metadata } = call.body;
  if (!metadataFits(metadata)) {
    throw new ApiError(
      400,
      "Metadata must not exceed 25 entries. Each key and value must be ≤ 255 characters.",
      { bare: true },
    );
  }
  session.session_metadata = metadata ?? null;
  session.updated_at = call.core.clock.iso();
  return session;
}

const LIST = "/users/:user_id/sessions";
const ONE = "/sessions/:id";

/** @type {import("./operation.js").Operation[]} */
export const sessionOperations = [
  {
    id: "get_sessions_for_user",
    method: "GET",
    path: LIST,
    scopes: ["read:sessions"],
    enterprise: true,
    params: userIdParam("user_id"),
    query: checkpointQuery({ include_totals: { type: "boolean" } }),
    handle: listSessions,
  },
  {
    id: "delete_sessions_for_user",
    method: "DELETE",
    path: LIST,
    scopes: ["delete:sessions"],
    enterprise: true,
    params: userIdParam("user_id"),
    status: 202,
    handle(call) {
      const { store } = call.core;
      for (const session of store.sessions.of(userOf(call).user_id)) endSession(call.core, session);
      return {};
    },
  },
  {
    id: "get_session",
    method: "GET",
    path: ONE,
    scopes: ["read:sessions"],
    enterprise: true,
    params: SESSION_ID,
    handle: sessionOf,
  },
  {
    id: "patch_sessions_by_id",
    method: "PATCH",
    path: ONE,
    scopes: ["update:sessions"],
    enterprise: true,
    denial: "Subscription missing entitlement.",
    params: SESSION_ID,
    body: {
      type: "object",
      additionalProperties: false,
      minProperties: 1,
      properties: { session_metadata: { type: ["object", "null"] } },
    },
    handle: updateSession,
  },
  {
    id: "delete_session",
    method: "DELETE",
    path: ONE,
    scopes: ["delete:sessions"],
    enterprise: true,
    params: SESSION_ID,
    status: 202,
    handle({ core, params }) {
      const session = core.store.sessions.get(params.id);
      if (session) endSession(core, session);
      return {};
    },
  },
  {
    id: "revoke_session",
    method: "POST",
    path: `${ONE}/revoke`,
    scopes: ["delete:sessions", "delete:refresh_tokens"],
    everyScope: true,
    enterprise: true,
    params: SESSION_ID,
    status: 202,
    handle(call) {
      endSession(call.core, sessionOf(call), { withTokens: true });
      return {};
    },
  },
];

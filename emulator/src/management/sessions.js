import { announceEndOf } from "../backchannel-logout.js";
import { ApiError } from "../errors.js";
import { ownerOf } from "./lookup.js";
import { checkMetadata } from "./metadata.js";
import { checkpointPage } from "./pages.js";
import { checkpointQuery, userIdParam } from "./schemas.js";

/** @import { Core } from "../core.js" */
/** @import { Session } from "../store/model.js" */
/** @import { Call, Operation } from "./operation.js" */

const SESSION_ID = {
  type: "object",
  properties: { id: { type: "string", minLength: 1, maxLength: 50 } },
};

/** @param {Call} call */
function sessionOf({ core, params }) {
  const session = core.store.sessions.get(params.id);
  if (!session) throw new ApiError(404, "The session does not exist.");
  return session;
}

/**
 * Ends a session after `deleteDelay`.
 * @param {Core} core
 * @param {Session} session
 */
export function endSession(core, session, { withTokens = false } = {}) {
  const { store, jobs, options } = core;
  jobs.later(options.deleteDelay, () => {
    if (store.sessions.has(session.id)) announceEndOf(core, [session], "session-revoked");
    store.sessions.delete(session.id);
    if (!withTokens) return;
    for (const token of store.refreshTokensOfSession(session.id, session.user_id)) {
      store.deleteRefreshToken(token.id);
    }
  });
}

/** @param {Call} call */
function listSessions(call) {
  const { core, query } = call;
  const { clock, quirks, store } = core;
  const isOver = (/** @type {Session} */ { expires_at: end, idle_expires_at: idleEnd }) =>
    clock.hasPassed(end) || clock.hasPassed(idleEnd);
  const rows = store.sessions
    .of(ownerOf(call).user_id)
    .filter((session) => quirks.listExpiredSessions || !isOver(session));
  const { items, next } = checkpointPage(core, rows, query);
  return {
    sessions: items,
    ...(next && { next }),
    ...(query.include_totals && { total: rows.length }),
  };
}

/** @param {Call} call */
function updateSession(call) {
  const session = sessionOf(call);
  const { session_metadata: metadata } = call.body;
  checkMetadata(metadata);
  session.session_metadata = metadata ?? null;
  session.updated_at = call.core.clock.iso();
  return session;
}

const LIST = "/users/:user_id/sessions";
const ONE = "/sessions/:id";

/** @type {Operation[]} */
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
      const { core } = call;
      const { user_id: userId } = ownerOf(call);
      for (const session of core.store.sessions.of(userId)) endSession(core, session);
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

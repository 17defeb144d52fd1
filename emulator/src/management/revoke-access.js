import { endRefreshTokens } from "./refresh-tokens.js";
import { userIdParam } from "./schemas.js";
import { endSession } from "./sessions.js";

/** @import { Call, Operation } from "./operation.js" */

/**
 * Revokes one session, or everything the user has. The response does not reveal whether the user or
 * the session exists, and a session of another user is left alone.
 * @param {Call} call
 */
function revokeAccess({ core, params, body }) {
  const { session_id: sessionId, preserve_refresh_tokens: keepsTokens = false } = body;
  const { store } = core;
  const sessions = store.sessions
    .of(params.id)
    .filter((session) => sessionId === undefined || session.id === sessionId);
  for (const session of sessions) endSession(core, session, { withTokens: !keepsTokens });
  if (sessionId === undefined && !keepsTokens) {
    endRefreshTokens(core, store.refreshTokens.of(params.id));
  }
  return {};
}

/** @type {Operation[]} */
export const revokeAccessOperations = [
  {
    id: "user_revoke_access",
    method: "POST",
    path: "/users/:id/revoke-access",
    scopes: ["delete:sessions", "delete:refresh_tokens"],
    everyScope: true,
    enterprise: true,
    params: userIdParam(),
    status: 202,
    body: {
      type: "object",
      additionalProperties: false,
      properties: {
        session_id: { type: "string", maxLength: 50, description: "ID of the session to revoke" },
        preserve_refresh_tokens: { type: "boolean" },
      },
    },
    handle: revokeAccess,
  },
];

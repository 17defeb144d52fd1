import { OAuthError, PageError } from "../errors.js";
import { completeSession, device } from "../store/rows.js";
import { bindToBrowser, readCookieSession } from "./sso.js";

/** @import { SessionActor } from "../../index.js" */
/** @import { Core } from "../core.js" */
/** @import { Context } from "../http.js" */
/** @import { Session, Transaction, TransferToken } from "../store/model.js" */

const TOKEN_LIFETIME = 60_000;

/** Of a delegated session and of its access tokens, in seconds. Auth0 has no setting for it. */
export const DELEGATED_LIFETIME = 2 * 3600;

/**
 * A token that begins a delegated session, in which somebody else acts as the user.
 * @param {Core} core
 * @param {string} userId
 * @param {SessionActor} actor
 */
export function issueTransferToken({ clock, ids, store }, userId, actor) {
  const token = ids.code();
  const expiresAt = clock.now() + TOKEN_LIFETIME;
  store.transferTokens.set(token, { userId, actor: structuredClone(actor), expiresAt });
  return token;
}

/**
 * A token works once. An unusable one has no effect: the person gets the login page.
 * @param {Core} core
 * @param {string | undefined} token
 * @returns {TransferToken | undefined}
 */
export function takeTransferToken({ clock, store }, token) {
  const found = store.transferTokens.get(token);
  store.transferTokens.delete(token);
  return found && found.expiresAt > clock.now() ? found : undefined;
}

/**
 * Begins a delegated session, unless the browser has a session. The login counts for nobody: the user's
 * last login stays as it is.
 * @param {Context} context
 * @param {Transaction} transaction
 * @param {TransferToken} transfer
 * @returns {Session}
 */
export function openDelegatedSession(context, transaction, { userId, actor }) {
  const { core, request } = context;
  if (readCookieSession(core, request)) {
    const text = "Log out first: a delegated session cannot begin while there is another session.";
    throw new PageError(400, "You are already logged in", text);
  }
  if (transaction.responseTypes.join(" ") !== "code") {
    const text = "A delegated session needs the response type code";
    throw new OAuthError(400, "unsupported_response_type", text);
  }
  const user = core.store.users.get(userId);
  if (!user || user.blocked) throw new OAuthError(400, "unauthorized", "user is blocked");
  const { clientId } = transaction;
  const expires = core.clock.iso(DELEGATED_LIFETIME * 1000);
  const session = completeSession(
    {
      user_id: userId,
      actor,
      expires_at: expires,
      idle_expires_at: expires,
      device: device(request.headers["user-agent"] ?? "", request.ip),
      cookie: { mode: "non-persistent" },
    },
    { ids: core.ids, clock: core.clock, clientId },
  );
  core.store.sessions.set(session);
  bindToBrowser(context, session);
  const event = { user_id: userId, client_id: clientId, details: sessionDetails(session) };
  core.log("sdel", event, request);
  return session;
}

/**
 * What an event says about a session, including who acts in the user's place.
 * @param {Session} session
 */
export const sessionDetails = ({ id, actor }) => ({ session_id: id, ...(actor && { actor }) });

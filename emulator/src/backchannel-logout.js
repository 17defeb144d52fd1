import { completeLogEvent } from "./store/rows.js";

/** @import { Core } from "./core.js" */
/** @import { Client, LogoutInitiator, Session } from "./store/model.js" */

const EVENT = "http://schemas.openid.net/event/backchannel-logout";
const LIFETIME_SECONDS = 120;
const TIMEOUT = 5000;
/** What an application is told about unless it chooses otherwise. */
const DEFAULT_INITIATORS = ["rp-logout", "idp-logout"];

/**
 * Ends all sessions of a user.
 * @param {Core} core
 * @param {string} userId
 * @param {LogoutInitiator} initiator why they end
 */
export function endSessionsOf(core, userId, initiator) {
  announceEndOf(core, core.store.sessions.of(userId), initiator);
  core.store.endSessions(userId);
}

/**
 * Tells the applications that used sessions, and that want to know, that these are ending. Nothing
 * waits for their answers, which the tenant log records.
 * @param {Core} core
 * @param {Session[]} sessions
 * @param {LogoutInitiator} initiator
 */
export function announceEndOf(core, sessions, initiator) {
  const { clock, closing, store } = core;
  const signal = AbortSignal.any([closing.signal, store.cleared.signal]);
  for (const session of sessions) {
    if (clock.hasPassed(session.expires_at) || clock.hasPassed(session.idle_expires_at)) continue;
    for (const { client_id: id } of session.clients ?? []) {
      const client = store.clients.get(id);
      if (!client || !wantsToKnow(client, initiator)) continue;
      void announce(core, { client, session, initiator, signal });
    }
  }
}

/**
 * @param {Client} client
 * @param {LogoutInitiator} initiator
 */
function wantsToKnow({ oidc_logout: settings }, initiator) {
  if (!settings?.backchannel_logout_urls?.length) return false;
  const { mode, selected_initiators: selected = DEFAULT_INITIATORS } =
    settings.backchannel_logout_initiators ?? {};
  return mode === "all" || selected.includes(initiator);
}

/**
 * An application that learns of a session's end. Once `signal` aborts, it does not, and nothing is
 * recorded.
 * @typedef {{ client: Client, session: Session, initiator: LogoutInitiator, signal: AbortSignal }} Announcement
 */

/**
 * @param {Core} core
 * @param {Announcement} announcement
 */
async function announce(core, { client, session, initiator, signal }) {
  const { id: sid, user_id: sub } = session;
  const claims = {
    iss: core.store.sessionIssuers.get(session)?.get(client.client_id) ?? core.issuer,
    sub,
    aud: client.client_id,
    jti: core.ids.alphanumeric(22),
    sid,
    events: { [EVENT]: {} },
  };
  const token = await core.tokens.sign(claims, LIFETIME_SECONDS, "logout+jwt");
  for (const url of client.oidc_logout?.backchannel_logout_urls ?? []) {
    const problem = await post(url, token, signal);
    if (signal.aborted) return;
    const outcome = problem === undefined ? "succeeded" : "failed";
    const row = {
      type: `oidc_backchannel_logout_${outcome}`,
      ...(problem && { description: problem }),
      client_id: client.client_id,
      user_id: sub,
      details: { session_id: sid, url, initiator },
    };
    core.store.logs.set(completeLogEvent(row, core));
  }
}

/**
 * @param {string} url
 * @param {string} token
 * @param {AbortSignal} signal
 * @returns {Promise<string | undefined>} what went wrong
 */
async function post(url, token, signal) {
  try {
    const response = await fetch(url, {
      method: "POST",
      body: new URLSearchParams({ logout_token: token }),
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `The response has status ${response.status}`;
  } catch (error) {
    const { message, cause } = /** @type {Error} */ (error);
    return cause instanceof Error ? `${message}: ${cause.message}` : message;
  }
}

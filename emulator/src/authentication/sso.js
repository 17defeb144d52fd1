import { completeSession, device, earlier } from "../store/rows.js";
import { hasIdentity } from "../store/store.js";

/** @import { Core } from "../core.js" */
/** @import { Context, Request } from "../http.js" */
/** @import { Session, Timestamp, Transaction, User } from "../store/model.js" */

const COOKIE = "auth0";

/**
 * The live session that the browser's cookie refers to.
 * @param {Core} core
 * @param {Request} request
 */
export function readCookieSession({ clock, store }, request) {
  const session = store.sessions.get(store.cookies.get(readCookie(request)));
  // An account that was linked to another one in the meantime is no longer a user.
  if (!session || !store.users.has(session.user_id)) return undefined;
  const isOver = clock.hasPassed(session.expires_at) || clock.hasPassed(session.idle_expires_at);
  return isOver ? undefined : session;
}

/**
 * Whether a session makes a login unnecessary for this request. Consent is a separate question.
 * @param {Core} core
 * @param {Transaction} transaction
 * @param {Session} session
 */
export function isGoodEnough(core, transaction, session) {
  const { prompts, maxAge, connection, hintedUser } = transaction;
  if (prompts.includes("login") || prompts.includes("select_account")) return false;
  const age = (core.clock.now() - Date.parse(String(session.authenticated_at))) / 1000;
  if (maxAge !== undefined && age >= maxAge) return false;
  if (hintedUser !== undefined && hintedUser !== session.user_id) return false;
  return connection === undefined || usesConnection(core, session, connection);
}

/**
 * @param {Core} core
 * @param {Session} session
 * @param {string} name
 */
function usesConnection({ store }, session, name) {
  const user = store.users.get(session.user_id);
  const connection = store.connections.get(name);
  if (!user || !connection) return false;
  return user.identities.some(
    (identity) =>
      identity.connection === name && hasIdentity(user, connection.strategy, identity.user_id),
  );
}

/**
 * The page on which a person signs in for this request.
 * @param {Transaction} transaction
 */
export function loginPath({ id, connection }) {
  const named = connection && `&connection=${encodeURIComponent(connection)}`;
  return `/u/login?state=${id}${named ?? ""}`;
}

/**
 * The page on which a person allows the application what this request asks for.
 * @param {Transaction} transaction
 */
export const consentPath = ({ id }) => `/u/consent?state=${id}`;

/** @param {Request} request */
export function readCookie({ headers }) {
  const found = (headers.cookie ?? "").split("; ").find((pair) => pair.startsWith(`${COOKIE}=`));
  return found?.slice(COOKIE.length + 1);
}

/**
 * A login creates a session, or renews the one that the same user already has in this browser.
 * @param {Context} context
 * @param {{ user: User, clientId: string, method: string }} login
 */
export function openSession(context, { user, clientId, method }) {
  const { core, request } = context;
  const existing = readCookieSession(core, request);
  const isOwn = existing?.user_id === user.user_id && !existing.actor;
  if (isOwn) return renew(core, existing, clientId, method);
  const { clock, ids, store } = core;
  const expires = clock.iso(core.options.sessionLifetime * 1000);
  const session = completeSession(
    {
      expires_at: expires,
      idle_expires_at: idleEnd(core, expires),
      user_id: user.user_id,
      device: device(request.headers["user-agent"] ?? "", request.ip),
      authentication: { methods: [{ name: method, timestamp: clock.iso() }] },
    },
    { ids, clock, clientId },
  );
  store.sessions.set(session);
  bindToBrowser(context, session);
  return session;
}

/**
 * Gives the browser the cookie of a session.
 * @param {Context} context
 * @param {Session} session
 */
export function bindToBrowser({ core, reply }, { id }) {
  const handle = core.ids.code();
  core.store.cookies.set(handle, id);
  reply.header("set-cookie", cookieLine(core, handle));
}

/**
 * @param {Core} core
 * @param {Timestamp} expires
 */
function idleEnd({ clock, options }, expires) {
  return earlier(clock.iso(options.sessionIdleLifetime * 1000), expires);
}

/**
 * @param {Core} core
 * @param {Session} session
 * @param {string} clientId
 * @param {string} method
 */
function renew(core, session, clientId, method) {
  const now = core.clock.iso();
  session.authenticated_at = now;
  session.authentication.methods.push({ name: method, timestamp: now });
  return touch(core, session, clientId);
}

/**
 * Records that an application used the session.
 * @param {Core} core
 * @param {Session} session
 * @param {string} clientId
 */
function touch(core, session, clientId) {
  const now = core.clock.iso();
  session.updated_at = now;
  session.last_interacted_at = now;
  session.idle_expires_at = idleEnd(core, session.expires_at);
  if (!session.clients.some((client) => client.client_id === clientId)) {
    session.clients.push({ client_id: clientId });
  }
  return session;
}

/**
 * Records that an application gets tokens of the session.
 * @param {Context} context
 * @param {Session} session
 * @param {string} clientId
 */
export function join({ core, request }, session, clientId) {
  const { sessionIssuers } = core.store;
  const issuers = sessionIssuers.get(session) ?? new Map();
  sessionIssuers.set(session, issuers.set(clientId, core.issuerFor(request)));
  touch(core, session, clientId);
}

/**
 * @param {Core} core
 * @param {string} handle
 */
export function cookieLine({ origin }, handle, attributes = "") {
  const secure = origin.startsWith("https:") ? "; Secure; SameSite=None" : "; SameSite=Lax";
  return `${COOKIE}=${handle}; Path=/; HttpOnly${secure}${attributes}`;
}

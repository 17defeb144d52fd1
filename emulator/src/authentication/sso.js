import { completeSession, device, earlier } from "../seed/rows.js";
import { hasIdentity } from "../store.js";
import { peek } from "../tokens.js";

const COOKIE = "auth0";

/** The session that the browser's cookie stands for, when it is still alive. */
export function readCookieSession(core, request) {
  const session = core.store.sessions.get(core.store.cookies.get(readCookie(request)));
  const now = core.clock.now();
  // An account that was linked to another one meanwhile is no user any more.
  if (!session || !core.store.users.has(session.user_id)) return undefined;
  if (Date.parse(session.expires_at) <= now) return undefined;
  return Date.parse(session.idle_expires_at) <= now ? undefined : session;
}

/** Whether a session spares this request the login; whether consent is asked is another matter. */
export function isGoodEnough(core, transaction, session) {
  const { prompts, maxAge, connection, idTokenHint } = transaction;
  if (prompts.includes("login") || prompts.includes("select_account")) return false;
  const age = (core.clock.now() - Date.parse(session.authenticated_at)) / 1000;
  if (maxAge !== undefined && age >= maxAge) return false;
  const user = core.store.users.get(session.user_id);
  if (idTokenHint !== undefined && peek(idTokenHint).sub !== user.user_id) return false;
  return connection === undefined || usesConnection(core, user, connection);
}

function usesConnection(core, user, name) {
  const { strategy } = core.store.connections.get(name);
  return user.identities.some(
    (identity) => identity.connection === name && hasIdentity(user, strategy, identity.user_id),
  );
}

/** Where a person signs in for this request. */
export function loginPath({ id, connection }) {
  const named = connection && `&connection=${encodeURIComponent(connection)}`;
  return `/u/login?state=${id}${named ?? ""}`;
}

export function readCookie({ headers }) {
  const found = (headers.cookie ?? "").split("; ").find((pair) => pair.startsWith(`${COOKIE}=`));
  return found?.slice(COOKIE.length + 1);
}

/** A login creates a session, or renews the one that the same user already has in this browser. */
export function openSession(core, request, reply, { user, clientId, method }) {
  const existing = readCookieSession(core, request);
  if (existing?.user_id === user.user_id) return renew(core, existing, clientId, method);
  const agent = request.headers["user-agent"];
  const expires = core.clock.iso(core.options.sessionLifetime * 1000);
  const session = completeSession(
    {
      expires_at: expires,
      idle_expires_at: idleEnd(core, expires),
      user_id: user.user_id,
      device: device(agent ?? "", request.ip),
      authentication: { methods: [{ name: method, timestamp: core.clock.iso() }] },
    },
    { ids: core.ids, clock: core.clock, clientId },
  );
  core.store.sessions.set(session);
  const handle = core.ids.code();
  core.store.cookies.set(handle, session.id);
  reply.header("set-cookie", cookieLine(core, handle));
  return session;
}

function idleEnd({ clock, options }, expires) {
  return earlier(clock.iso(options.sessionIdleLifetime * 1000), expires);
}

function renew(core, session, clientId, method) {
  const now = core.clock.iso();
  session.authenticated_at = now;
  session.authentication.methods.push({ name: method, timestamp: now });
  return touch(core, session, clientId);
}

/** Notes that an application used the session. */
export function touch(core, session, clientId) {
  const now = core.clock.iso();
  session.updated_at = now;
  session.last_interacted_at = now;
  session.idle_expires_at = idleEnd(core, session.expires_at);
  if (!session.clients.some((client) => client.client_id === clientId)) {
    session.clients.push({ client_id: clientId });
  }
  return session;
}

export function cookieLine(core, handle, attributes = "") {
  const secure = core.origin.startsWith("https:") ? "; Secure; SameSite=None" : "; SameSite=Lax";
  return `${COOKIE}=${handle}; Path=/; HttpOnly${secure}${attributes}`;
}

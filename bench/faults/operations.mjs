// The operations of the fault benchmark, each on its own users. `seed` creates them in the tenant, `bring` gets what
// the call needs from a login, and the other process makes the `call`. `places` are the requests that can meet a fault,
// `once` the log entries of the tenant that must not occur twice, and `steps` the state of each step once all requests
// have ended: how many things have `ended` of how many. `isTrue` compares a result with the tenant.

import { PROTECTION } from "./protection.mjs";
import { addUser, email, once, session, user, who } from "./users.mjs";

const CALLBACK = "http://127.0.0.1:3000/callback";
const GOOGLE = "google-oauth2";
const TICKET = "Create a Password Change Ticket";
const LINK = "Link a User Account";
const UNLINK = "Unlink a User Identity";

const other = ({ key }) => `${GOOGLE}|${key}`;

/** Sessions with a refresh token each; the token has the id of its session. */
function addSessions(tenant, operation, letters) {
  addUser(tenant, operation);
  for (const letter of letters) {
    const id = session(operation, letter);
    tenant.addSession({ id, user_id: user(operation) });
    tenant.addRefreshToken({ id: tokenId(id), user_id: user(operation), session_id: id });
  }
}

const tokenId = (sessionId) => `rt-${sessionId}`;

function addPair(tenant, operation) {
  addUser(tenant, operation);
  addUser(tenant, operation, { user_id: other(operation) });
}

/** How many of these sessions have ended. */
function endedSessions(tenant, operation, letters) {
  const ended = letters.filter((letter) => !tenant.session(session(operation, letter)));
  return { ended: ended.length, of: letters.length };
}

/** How many of the original refresh tokens of these sessions are revoked. */
function endedTokens(tenant, operation, letters) {
  const left = new Set(tenant.refreshTokens(user(operation)).map(({ id }) => id));
  const ended = letters.filter((letter) => !left.has(tokenId(session(operation, letter))));
  return { ended: ended.length, of: letters.length };
}

const identityCount = (tenant, operation) => tenant.user(user(operation)).identities.length;

export const OPERATIONS = {
  findUserSessions: {
    places: ["get_sessions_for_user"],
    seed: (tenant, operation) => addSessions(tenant, operation, ["a", "b"]),
    call: (service, operation, _brought, options) =>
      service.findUserSessions(who(operation), options),
    isTrue: (found, { key }) => found.length === 2 && found.every(({ id }) => id.startsWith(key)),
  },
  findUserAuthenticationMethods: {
    places: ["get_users_by_id"],
    seed: addUser,
    call: (service, operation, _brought, options) =>
      service.findUserAuthenticationMethods(who(operation), options),
    isTrue: ([method], { key }) => method.id === key,
  },
  getUserSecurityDashboard: {
    places: ["get_users_by_id", "get_sessions_for_user"],
    seed: (tenant, operation) => addSessions(tenant, operation, ["a", "b"]),
    call: (service, operation, _brought, options) =>
      service.getUserSecurityDashboard(who(operation), options),
    isTrue: ({ sessions, methods }) => sessions.length === 2 && methods.length === 1,
  },
  checkConfiguration: {
    places: ["get_sessions_for_user"],
    isFresh: true,
    seed() {},
    call: (service, _operation, _brought, options) => service.checkConfiguration(options),
    isTrue: ({ ok, findings }) => ok === findings.every((finding) => finding.ok),
  },
  revokeUserSession: {
    places: ["get_session", "revoke_session", "get_sessions_for_user"],
    seed: (tenant, operation) => addSessions(tenant, operation, ["a", "z"]),
    call: (service, operation, _brought, options) =>
      service.revokeUserSession(who(operation), { id: session(operation, "a") }, options),
    steps: (tenant, operation) => ({
      session: endedSessions(tenant, operation, ["a"]),
      refreshTokens: endedTokens(tenant, operation, ["a"]),
    }),
    kept: ["z"],
    waits: ["a"],
  },
  revokeAllUserSessions: {
    places: ({ waitUntilGone, setup }) => [
      ...(setup === "always"
        ? ["user_revoke_access"]
        : ["delete_sessions_for_user", "delete_refresh_tokens_for_user"]),
      ...(waitUntilGone
        ? ["user_revoke_access", "get_sessions_for_user", "get_refresh_tokens_for_user"]
        : []),
    ],
    seed: (tenant, operation) => {
      addSessions(tenant, operation, ["a", "b"]);
      tenant.addRefreshToken({ user_id: user(operation), session_id: null });
    },
    call: (service, operation, _brought, options) =>
      service.revokeAllUserSessions(who(operation), options),
    steps: (tenant, operation) => ({
      sessions: endedSessions(tenant, operation, ["a", "b"]),
      refreshTokens: endedTokens(tenant, operation, ["a", "b"]),
    }),
    waits: ["a", "b"],
  },
  revokeOtherUserSessions: {
    places: ["get_sessions_for_user", "revoke_session"],
    seed: (tenant, operation) => addSessions(tenant, operation, ["z", "b", "c", "d"]),
    call: (service, operation, _brought, options) =>
      service.revokeOtherUserSessions(who(operation), session(operation, "z"), options),
    steps: (tenant, operation) => ({
      session: endedSessions(tenant, operation, ["b", "c", "d"]),
      refreshTokens: endedTokens(tenant, operation, ["b", "c", "d"]),
    }),
    isTrue: (count, _operation, { session: ended }) => count === ended.ended,
    // Ending the session revokes its refresh tokens, so they are not a separate step.
    implied: ["refreshTokens"],
    kept: ["z"],
    waits: ["b", "c", "d"],
  },
  connectByCode: {
    places: ["oauth_token", "get_users_by_id", "post_identities"],
    seed: addPair,
    start(service, operation) {
      const options = { user: user(operation) };
      return service.generateAccountConnectionUrl(GOOGLE, CALLBACK, options).redirect;
    },
    bring: (tenant, operation, url) => tenant.authorize(url, { as: other(operation) }),
    call: (service, operation, { code, state }, options) =>
      service.connectSecondaryAccount(user(operation), CALLBACK, code, { ...options, state }),
    steps: (tenant, operation) => ({ link: once(identityCount(tenant, operation) === 2) }),
    once: [LINK, "seacft"],
  },
  connectByToken: {
    places: ["userinfo", "get_users_by_id", "post_identities"],
    seed: addPair,
    bring: (tenant, operation) =>
      tenant.login({ user: other(operation), params: { response_type: "token" } }),
    call: (service, operation, { access_token: token }, options) =>
      service.connectSecondaryAccount(user(operation), GOOGLE, token, options),
    steps: (tenant, operation) => ({ link: once(identityCount(tenant, operation) === 2) }),
    once: [LINK],
  },
  disconnectSecondaryAccount: {
    places: ["get_users_by_id", "delete_user_identity_by_user_id"],
    seed: (tenant, operation) =>
      addUser(tenant, operation, { identities: [identity("auth0", operation), google(operation)] }),
    call: (service, operation, _brought, options) =>
      service.disconnectSecondaryAccount(
        user(operation),
        { id: operation.key, provider: GOOGLE },
        options,
      ),
    steps: (tenant, operation) => ({ unlink: once(identityCount(tenant, operation) === 1) }),
    once: [UNLINK],
  },
  generatePasswordChangeTicket: {
    places: ["get_users_by_id", "post_password-change"],
    seed: addUser,
    call: (service, operation, _brought, options) =>
      service.generatePasswordChangeTicket(who(operation), options),
    steps: (_tenant, _operation, times) => ({ ticket: once(times(TICKET) > 0) }),
    once: [TICKET],
  },
  ...PROTECTION,
};

/** The sessions that must outlive the operation, and whether they did. */
export function keepsOthers(tenant, operation) {
  const { kept = [] } = OPERATIONS[operation.name];
  return endedSessions(tenant, operation, kept).ended === 0;
}

/** What a call that waited must not leave behind: its sessions, and every refresh token of theirs. */
export function leftOf(tenant, operation) {
  const { waits = [] } = OPERATIONS[operation.name];
  const ids = new Set(waits.map((letter) => session(operation, letter)));
  const tokens = tenant.refreshTokens(user(operation));
  return {
    sessions: [...ids].filter((id) => tenant.session(id)).length,
    tokens: tokens.filter(({ session_id: id }) => ids.has(id)).length,
  };
}

/** Issues another refresh token for a session, as long as it has not ended. */
export function mint(tenant, operation) {
  const { waits = [] } = OPERATIONS[operation.name];
  const live = waits.map((letter) => session(operation, letter)).find((id) => tenant.session(id));
  if (live) tenant.addRefreshToken({ user_id: user(operation), session_id: live });
}

function identity(provider, { key }) {
  const connection = provider === GOOGLE ? GOOGLE : "Username-Password-Authentication";
  return { provider, user_id: key, connection, isSocial: provider === GOOGLE };
}

function google(operation) {
  return { ...identity(GOOGLE, operation), profileData: { email: email(operation) } };
}

// The operations of the fault benchmark, each on users of its own: `seed` makes them in the tenant,
// `call` is made by the other process, and `done` reads the tenant when all is quiet. `places` are
// the requests that may meet a fault, `once` the work that may not be done twice.

const CALLBACK = "http://127.0.0.1:3000/callback";
const GOOGLE = "google-oauth2";
const TICKET = "Create a Password Change Ticket";
const LINK = "Link a User Account";

const user = ({ key }) => `auth0|${key}`;
const other = ({ key }) => `${GOOGLE}|${key}`;
const email = ({ key }) => `${key}@example.com`;
const session = ({ key }, letter) => `${key}${letter}`;

function addUser(tenant, operation, more) {
  const person = { email: email(operation), email_verified: true, ...more };
  tenant.addUser({ user_id: user(operation), ...person });
}

function addSessions(tenant, operation, letters) {
  addUser(tenant, operation);
  for (const letter of letters) {
    const id = session(operation, letter);
    tenant.addSession({ id, user_id: user(operation) });
    tenant.addRefreshToken({ user_id: user(operation), session_id: id });
  }
}

function addPair(tenant, operation) {
  addUser(tenant, operation);
  addUser(tenant, operation, { user_id: other(operation) });
}

const sessionsLeft = (tenant, operation) =>
  tenant.sessions(user(operation)).length + tenant.refreshTokens(user(operation)).length;
const isLinked = (tenant, operation) => tenant.user(user(operation)).identities.length === 2;

export const OPERATIONS = {
  findUserSessions: {
    places: ["get_users-by-email", "get_sessions_for_user"],
    seed: (tenant, operation) => addSessions(tenant, operation, ["a", "b"]),
    call: (service, operation) => service.findUserSessions({ email: email(operation) }),
    isTrue: (found, { key }) => found.length === 2 && found.every(({ id }) => id.startsWith(key)),
  },
  findUserAuthenticationMethods: {
    places: ["get_users_by_id"],
    seed: addUser,
    call: (service, operation) => service.findUserAuthenticationMethods(user(operation)),
    isTrue: ([method], { key }) => method.id === key,
  },
  revokeUserSession: {
    places: ["get_session", "revoke_session"],
    seed: (tenant, operation) => addSessions(tenant, operation, ["a"]),
    call: (service, operation) =>
      service.revokeUserSession({ id: user(operation) }, { id: session(operation, "a") }),
    done: (tenant, operation) => sessionsLeft(tenant, operation) === 0,
  },
  revokeAllUserSessions: {
    places: ["delete_sessions_for_user", "delete_refresh_tokens_for_user"],
    seed: (tenant, operation) => addSessions(tenant, operation, ["a", "b"]),
    call: (service, operation) => service.revokeAllUserSessions({ id: user(operation) }),
    done: (tenant, operation) => sessionsLeft(tenant, operation) === 0,
    isDoneInSteps: true,
  },
  revokeOtherUserSessions: {
    places: ["get_sessions_for_user", "revoke_session"],
    seed: (tenant, operation) => addSessions(tenant, operation, ["a", "b", "c"]),
    call: (service, operation) =>
      service.revokeOtherUserSessions({ id: user(operation) }, session(operation, "a")),
    // A list about somebody else leaves nothing to revoke, which the number says.
    done: (tenant, operation, result) =>
      tenant.sessions(user(operation)).length === 3 - (result ?? 2),
    isDoneInSteps: true,
  },
  connectByCode: {
    places: ["oauth_token", "get_users_by_id", "post_identities"],
    seed: addPair,
    start(service, operation) {
      const options = { user: user(operation) };
      return service.generateAccountConnectionUrl(GOOGLE, CALLBACK, options).redirect;
    },
    bring: (tenant, operation, url) => tenant.authorize(url, { as: other(operation) }),
    call: (service, operation, { code, state }) =>
      service.connectSecondaryAccount(user(operation), CALLBACK, code, { state }),
    done: isLinked,
    once: [LINK, "seacft"],
  },
  connectByToken: {
    places: ["userinfo", "get_users_by_id", "post_identities"],
    seed: addPair,
    bring: (tenant, operation) =>
      tenant.login({ user: other(operation), params: { response_type: "token" } }),
    call: (service, operation, { access_token: token }) =>
      service.connectSecondaryAccount(user(operation), GOOGLE, token),
    done: isLinked,
    once: [LINK],
  },
  disconnectSecondaryAccount: {
    places: ["get_users_by_id", "delete_user_identity_by_user_id"],
    seed: (tenant, operation) =>
      addUser(tenant, operation, { identities: [identity("auth0", operation), google(operation)] }),
    call: (service, operation) =>
      service.disconnectSecondaryAccount(user(operation), { id: operation.key, provider: GOOGLE }),
    done: (tenant, operation) => tenant.user(user(operation)).identities.length === 1,
    once: ["Unlink a User Identity"],
  },
  generatePasswordChangeTicket: {
    places: ["get_users_by_id", "post_password-change"],
    seed: addUser,
    call: (service, operation) => service.generatePasswordChangeTicket({ id: user(operation) }),
    done: (_tenant, _operation, _result, times) => times(TICKET) > 0,
    once: [TICKET],
  },
};

function identity(provider, { key }) {
  const connection = provider === GOOGLE ? GOOGLE : "Username-Password-Authentication";
  return { provider, user_id: key, connection, isSocial: provider === GOOGLE };
}

function google(operation) {
  return { ...identity(GOOGLE, operation), profileData: { email: email(operation) } };
}

// The public methods of the matrix: how each is called, which of its requests meet the faults, and
// what the tenant shows of its effect.

import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { accessTokenOf, CALLBACK, identitiesOf, signIn } from "../connection.mjs";
import { isCodeExchange } from "../signing.mjs";
import { FLEETS } from "./fleets.mjs";
import { extent, ids, isTokenRequest, operation, timesDone } from "./parts.mjs";
import { PROTECTION } from "./protection.mjs";

const { ada, grace, linked } = PEOPLE;
const GOOGLE = "google-oauth2";
const GOOGLE_ID = "115015401343387192604";
const byEmail = { email: "ada@example.com" };

const list = operation("get_sessions_for_user");
const link = operation("post_identities");

const identityIds = (tenant, user) =>
  tenant
    .user(user)
    .identities.map(({ user_id: id }) => id)
    .sort();
const liveSessions = (tenant) =>
  tenant.sessions(ada).filter(({ idle_expires_at: end }) => Date.parse(end) > Date.now());

const isLinked = (tenant) => extent(identitiesOf(tenant, ada).includes(grace));

/** Sessions that Auth0 shows as another user's are left out, with a warning. */
const shownSessions = (tenant, { lines }) =>
  lines.some(({ message }) => /sessions of other users/.test(message))
    ? []
    : ids(liveSessions(tenant));

/**
 * `prepare` creates what the call needs, before any fault. `effect` reads the tenant; a method
 * without it changes nothing. `truth` is what it returned, and what it must return. `onlyOnce` are
 * the entries of the tenant's log that may not be there twice.
 */
export const METHODS = {
  findUserSessions: {
    places: { token: isTokenRequest, email: operation("get_users-by-email"), list },
    call: ({ service }) => service.findUserSessions(byEmail),
    truth: (tenant, found, logger) => [ids(found), shownSessions(tenant, logger)],
  },
  revokeUserSession: {
    places: { session: operation("get_session"), revocation: operation("revoke_session") },
    call: ({ service }) => service.revokeUserSession({ id: ada }, { id: SESSIONS.adaWindows }),
    effect: (tenant) =>
      extent(
        !tenant.session(SESSIONS.adaWindows),
        !tenant.refreshTokens(ada).some((one) => one.session_id === SESSIONS.adaWindows),
      ),
  },
  revokeAllUserSessions: {
    places: {
      sessions: operation("delete_sessions_for_user"),
      "refresh tokens": operation("delete_refresh_tokens_for_user"),
    },
    call: ({ service }) => service.revokeAllUserSessions({ id: ada }),
    effect: (tenant) =>
      extent(tenant.sessions(ada).length === 0, tenant.refreshTokens(ada).length === 0),
  },
  revokeOtherUserSessions: {
    places: { list, revocation: operation("revoke_session") },
    call: ({ service }) => service.revokeOtherUserSessions({ id: grace }, SESSIONS.graceTablet),
    effect: (tenant) => extent(ids(tenant.sessions(grace)).join() === SESSIONS.graceTablet),
    truth: (tenant, revoked) => [revoked, 2 - tenant.sessions(grace).length],
  },
  findUserAuthenticationMethods: {
    places: { user: operation("get_users_by_id") },
    call: ({ service }) => service.findUserAuthenticationMethods(linked),
    truth: (tenant, found) => [ids(found), identityIds(tenant, linked)],
  },
  "connectSecondaryAccount, by code": {
    places: { code: isCodeExchange, keys: operation("jwks"), link },
    prepare: ({ tenant, service }) =>
      signIn(tenant, service, { user: ada, provider: GOOGLE, as: grace }),
    call: ({ service }, { code, state }) =>
      service.connectSecondaryAccount(ada, CALLBACK, code, { state }),
    effect: isLinked,
    truth: (tenant, methods) => [ids(methods), identityIds(tenant, ada)],
    onlyOnce: ["Link a User Account", "seacft"],
  },
  "connectSecondaryAccount, by access token": {
    places: { "user info": operation("userinfo"), link },
    prepare: async ({ tenant }) => ({ token: await accessTokenOf(tenant, grace) }),
    call: ({ service }, { token }) => service.connectSecondaryAccount(ada, GOOGLE, token),
    effect: isLinked,
    truth: (tenant, methods) => [ids(methods), identityIds(tenant, ada)],
    onlyOnce: ["Link a User Account"],
  },
  disconnectSecondaryAccount: {
    places: {
      user: operation("get_users_by_id"),
      unlink: operation("delete_user_identity_by_user_id"),
    },
    call: ({ service }) =>
      service.disconnectSecondaryAccount(linked, { id: GOOGLE_ID, provider: GOOGLE }),
    effect: (tenant) => extent(identitiesOf(tenant, linked).length === 1),
    truth: (tenant, methods) => [ids(methods), identityIds(tenant, linked)],
    onlyOnce: ["Unlink a User Identity"],
  },
  generatePasswordChangeTicket: {
    places: { token: isTokenRequest, ticket: operation("post_password-change") },
    call: ({ service }) => service.generatePasswordChangeTicket({ id: ada }),
    effect: (tenant) => extent(timesDone(tenant, "Create a Password Change Ticket") > 0),
    onlyOnce: ["Create a Password Change Ticket"],
  },
  getUserSecurityDashboard: {
    places: { list },
    call: ({ service }) => service.getUserSecurityDashboard(byEmail),
    truth: (tenant, { sessions, methods }, logger) => [
      [...ids(sessions), methods.length],
      [...shownSessions(tenant, logger), 1],
    ],
  },
  ...PROTECTION,
  ...FLEETS,
  checkConfiguration: {
    places: {
      token: isTokenRequest,
      sessions: operation("get_sessions_for_user"),
      discovery: operation("openid_configuration"),
    },
    config: ({ domain }) => ({ customDomain: domain }),
    call: ({ service }) => service.checkConfiguration(),
  },
};

/** Methods that send no requests. */
export const SILENT = {
  generateAccountConnectionUrl: async ({ service }) => {
    service.generateAccountConnectionUrl(GOOGLE, CALLBACK, { user: { id: ada } });
    await service.generateAccountConnectionUrl(ada, GOOGLE);
  },
  assessRisk: ({ service }) => service.assessRisk([], []),
  explainRisk: ({ service }) => service.explainRisk([], []),
  close: ({ service }) => service.close(),
};

// The operations of the fault benchmark that defend an account.

import { addUser, once, session, user, who } from "./users.mjs";

const BROWSERS = "Invalidate all remembered browsers for MFA";
const EMAIL_TICKET = "Create an Email Verification Ticket";
const EMAIL = "Send an email address verification email";
const FACTORS = "get_authentication-methods";
const REMOVAL = "delete_authentication-methods_by_authentication_method_id";
const FORGET = "post_invalidate-remember-browser";
const EVERYTHING = ["block", "sessions", "refreshTokens", "grants", "deviceCredentials"];

const factorId = ({ key }, type) => `${type}|${key}`;
const application = ({ key }) => `${key}app`;

function addFactors(tenant, operation) {
  addUser(tenant, operation);
  for (const type of ["totp", "passkey"]) {
    const id = factorId(operation, type);
    tenant.addAuthenticationMethod({ id, user_id: user(operation), type, confirmed: true });
  }
}

/** How many of these factors are gone. */
function goneFactors(tenant, operation, types) {
  const left = new Set(tenant.authenticationMethods(user(operation)).map(({ id }) => id));
  const gone = types.filter((type) => !left.has(factorId(operation, type)));
  return { ended: gone.length, of: types.length };
}

const tokenIds = ({ key }) => ["1", "2", "3"].map((number) => `rt-${key}${number}`);

function addApplication(tenant, operation) {
  addUser(tenant, operation);
  const client_id = application(operation);
  tenant.addClient({ client_id });
  for (const id of tokenIds(operation)) {
    tenant.addRefreshToken({ id, user_id: user(operation), client_id, session_id: null });
  }
}

function revokedTokens(tenant, operation) {
  const left = new Set(tenant.refreshTokens(user(operation)).map(({ id }) => id));
  const gone = tokenIds(operation).filter((id) => !left.has(id));
  return { ended: gone.length, of: 3 };
}

function addAgedSessions(tenant, operation) {
  addUser(tenant, operation);
  for (const [index, letter] of ["b", "c", "z"].entries()) {
    const created_at = new Date(Date.now() - (3 - index) * 60_000).toISOString();
    tenant.addSession({ id: session(operation, letter), user_id: user(operation), created_at });
  }
}

function endedSessions(tenant, operation, letters) {
  const ended = letters.filter((letter) => !tenant.session(session(operation, letter)));
  return { ended: ended.length, of: letters.length };
}

function addEverything(tenant, operation) {
  addUser(tenant, operation);
  const owner = user(operation);
  tenant.addSession({ id: session(operation, "a"), user_id: owner });
  tenant.addGrant({ user_id: owner, clientID: application(operation) });
  tenant.addDeviceCredential({ id: `dcr_${operation.key}`, user_id: owner });
}

const isBlocked = (tenant, operation) => tenant.user(user(operation)).blocked === true;

export const PROTECTION = {
  blockUser: {
    places: ["patch_users_by_id", "get_users_by_id", "get_sessions_for_user"],
    seed: addUser,
    call: (service, operation, _brought, options) => service.blockUser(who(operation), options),
    steps: (tenant, operation) => ({ block: once(isBlocked(tenant, operation)) }),
    isTrue: ({ blocked, sessions }) => blocked && sessions !== "live",
  },
  unblockUser: {
    places: ["patch_users_by_id", "get_users_by_id"],
    seed: (tenant, operation) => addUser(tenant, operation, { blocked: true }),
    call: (service, operation, _brought, options) => service.unblockUser(who(operation), options),
    steps: (tenant, operation) => ({ unblock: once(!isBlocked(tenant, operation)) }),
  },
  clearUserBlocks: {
    places: ["get_user-blocks_by_id", "delete_user-blocks_by_id"],
    seed(tenant, operation) {
      addUser(tenant, operation);
      tenant.addBlock({ user_id: user(operation), identifier: `${operation.key}@example.com` });
    },
    call: (service, operation, _brought, options) =>
      service.clearUserBlocks(who(operation), options),
    steps: (tenant, operation) => ({
      userBlocks: once(tenant.blocks(user(operation)).length === 0),
    }),
    isTrue: (count) => count === 1,
  },
  findUserFactors: {
    places: [FACTORS],
    seed: addFactors,
    call: (service, operation, _brought, options) =>
      service.findUserFactors(who(operation), options),
    isTrue: (found) => found.length === 2,
  },
  removeUserFactor: {
    places: [FACTORS, REMOVAL, FORGET],
    seed: addFactors,
    call: (service, operation, _brought, options) =>
      service.removeUserFactor(who(operation), factorId(operation, "passkey"), options),
    steps: (tenant, operation, times) => ({
      factor: goneFactors(tenant, operation, ["passkey"]),
      rememberedBrowsers: once(times(BROWSERS) > 0),
    }),
    isTrue: ([left, ...more], operation) =>
      left.id === factorId(operation, "totp") && more.length === 0,
  },
  removeAllUserFactors: {
    places: [FACTORS, REMOVAL, FORGET],
    seed: addFactors,
    call: (service, operation, _brought, options) =>
      service.removeAllUserFactors(who(operation), { ...options, allowLast: true }),
    steps: (tenant, operation, times) => ({
      factor: goneFactors(tenant, operation, ["totp", "passkey"]),
      rememberedBrowsers: once(times(BROWSERS) > 0),
    }),
    isTrue: (count, _operation, { factor }) => count === factor.ended,
  },
  findUserApplications: {
    places: ["get_refresh_tokens_for_user"],
    seed: addApplication,
    call: (service, operation, _brought, options) =>
      service.findUserApplications(who(operation), options),
    isTrue: ([{ clientId, refreshTokens }], operation) =>
      clientId === application(operation) && refreshTokens === 3,
  },
  revokeUserApplication: {
    places: ["get_refresh_tokens_for_user", "delete_refresh_token"],
    seed: addApplication,
    call: (service, operation, _brought, options) =>
      service.revokeUserApplication(who(operation), application(operation), options),
    steps: (tenant, operation) => ({ application: revokedTokens(tenant, operation) }),
    isTrue: (count, _operation, { application: revoked }) => count === revoked.ended,
  },
  limitUserSessions: {
    places: ["get_sessions_for_user", "revoke_session"],
    seed: addAgedSessions,
    call: (service, operation, _brought, options) =>
      service.limitUserSessions(who(operation), { ...options, max: 1 }),
    steps: (tenant, operation) => ({ session: endedSessions(tenant, operation, ["b", "c"]) }),
    isTrue: (count, _operation, { session: ended }) => count === ended.ended,
    kept: ["z"],
  },
  endUserAccess: {
    places: [
      ...["patch_users_by_id", "delete_sessions_for_user", "delete_refresh_tokens_for_user"],
      ...["delete_grants_by_user_id", "get_device-credentials", "delete_device-credentials_by_id"],
    ],
    seed: addEverything,
    call: (service, operation, _brought, options) =>
      service.endUserAccess(who(operation), { ...options, include: EVERYTHING }),
    steps: (tenant, operation) => ({
      block: once(isBlocked(tenant, operation)),
      sessions: endedSessions(tenant, operation, ["a"]),
      grants: once(tenant.grants(user(operation)).length === 0),
      deviceCredentials: once(tenant.deviceCredentials(user(operation)).length === 0),
    }),
    isTrue: ({ effects }) => effects.length === 5,
  },
  generateEmailVerificationTicket: {
    places: ["get_users_by_id", "post_email-verification"],
    seed: addUser,
    call: (service, operation, _brought, options) =>
      service.generateEmailVerificationTicket(who(operation), options),
    steps: (_tenant, _operation, times) => ({ ticket: once(times(EMAIL_TICKET) > 0) }),
    once: [EMAIL_TICKET],
  },
  sendVerificationEmail: {
    places: ["get_users_by_id", "post_verification-email"],
    seed: addUser,
    call: (service, operation, _brought, options) =>
      service.sendVerificationEmail(who(operation), options),
    steps: (_tenant, _operation, times) => ({ verificationEmail: once(times(EMAIL) > 0) }),
    once: [EMAIL],
  },
};

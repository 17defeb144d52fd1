// The methods of the matrix that defend an account.

import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { extent, ids, isTokenRequest, operation, timesDone } from "./parts.mjs";

const { blocked, dorothy, grace } = PEOPLE;
const PHONE = "203.0.113.9";

const user = operation("get_users_by_id");
const update = operation("patch_users_by_id");
const list = operation("get_sessions_for_user");
const factors = operation("get_authentication-methods");
const browsers = operation("post_invalidate-remember-browser");
const removal = operation("delete_authentication-methods_by_authentication_method_id");
const tokens = operation("get_refresh_tokens_for_user");

const factorsOf = (tenant) => tenant.authenticationMethods(dorothy);
const passkeyOf = (tenant) => factorsOf(tenant).find(({ type }) => type === "passkey");
const applicationOf = (tenant) => tenant.refreshTokens(dorothy)[0].client_id;
const block = ({ tenant }) => {
  tenant.addBlock({ user_id: grace, identifier: "grace@example.com", ip: PHONE });
};
const isToldOfForeignRows = (lines) =>
  lines.some(({ message }) => /rows of other users/.test(message));
const isPasskeyGone = (tenant) => passkeyOf(tenant) === undefined;
const areBrowsersForgotten = (tenant) =>
  timesDone(tenant, "Invalidate all remembered browsers for MFA") > 0;

export const PROTECTION = {
  blockUser: {
    places: { block: update, user, list },
    call: ({ service }) => service.blockUser(grace),
    effect: (tenant) => extent(tenant.user(grace).blocked === true),
    // The sessions of a blocked user stay in this tenant.
    truth: (_, { blocked: isBlocked, sessions }) => [
      [isBlocked, sessions !== "ended"],
      [true, true],
    ],
  },
  unblockUser: {
    places: { block: update, user },
    call: ({ service }) => service.unblockUser(blocked),
    effect: (tenant) => extent(tenant.user(blocked).blocked === false),
  },
  findUserBlocks: {
    places: { blocks: operation("get_user-blocks_by_id") },
    prepare: block,
    call: ({ service }) => service.findUserBlocks(grace),
    truth: (_, found) => [found.length, 1],
  },
  clearUserBlocks: {
    places: {
      blocks: operation("get_user-blocks_by_id"),
      deletion: operation("delete_user-blocks_by_id"),
    },
    prepare: block,
    call: ({ service }) => service.clearUserBlocks(grace),
    effect: (tenant) => extent(tenant.blocks(grace).length === 0),
    truth: (_, cleared) => [cleared, 1],
  },
  findUserFactors: {
    places: { factors },
    call: ({ service }) => service.findUserFactors(dorothy),
    truth: (tenant, found) => [ids(found), ids(factorsOf(tenant))],
  },
  removeUserFactor: {
    places: { factors, removal, browsers },
    prepare: ({ tenant }) => ({ id: passkeyOf(tenant).id }),
    call: ({ service }, { id }) => service.removeUserFactor(dorothy, { id }),
    effect: (tenant) => extent(isPasskeyGone(tenant), areBrowsersForgotten(tenant)),
    truth: (tenant, left) => [ids(left), ids(factorsOf(tenant))],
  },
  removeAllUserFactors: {
    places: { token: isTokenRequest, removal },
    call: ({ service }) => service.removeAllUserFactors(dorothy, { allowLast: true }),
    effect: (tenant) => extent(factorsOf(tenant).length === 0, areBrowsersForgotten(tenant)),
    truth: (_, removed) => [removed, 3],
  },
  findUserApplications: {
    places: { tokens },
    call: ({ service }) => service.findUserApplications(dorothy, { includeTokenIds: true }),
    truth: (tenant, found, { lines }) => [
      found.flatMap(({ devices }) => devices.flatMap((one) => one.refreshTokenIds)).sort(),
      isToldOfForeignRows(lines) ? [] : ids(tenant.refreshTokens(dorothy)),
    ],
  },
  revokeUserApplication: {
    places: { tokens, revocation: operation("delete_refresh_token") },
    prepare: ({ tenant }) => ({ clientId: applicationOf(tenant) }),
    call: ({ service }, { clientId }) => service.revokeUserApplication(dorothy, { clientId }),
    effect: (tenant) => extent(tenant.refreshTokens(dorothy).length === 1),
    truth: (_, revoked) => [revoked, 1],
  },
  limitUserSessions: {
    places: { list, revocation: operation("revoke_session") },
    call: ({ service }) =>
      service.limitUserSessions(grace, { max: 1, currentSessionId: SESSIONS.graceTablet }),
    effect: (tenant) => extent(ids(tenant.sessions(grace)).join() === SESSIONS.graceTablet),
    truth: (tenant, ended) => [ended, 2 - tenant.sessions(grace).length],
  },
  endUserAccess: {
    places: {
      block: update,
      sessions: operation("delete_sessions_for_user"),
      "refresh tokens": operation("delete_refresh_tokens_for_user"),
      grants: operation("delete_grants_by_user_id"),
      devices: operation("get_device-credentials"),
      device: operation("delete_device-credentials_by_id"),
    },
    call: ({ service }) =>
      service.endUserAccess(dorothy, {
        include: ["block", "sessions", "refreshTokens", "grants", "deviceCredentials"],
      }),
    effect: (tenant) =>
      extent(
        tenant.user(dorothy).blocked === true,
        tenant.refreshTokens(dorothy).length === 0,
        tenant.grants(dorothy).length === 0,
        tenant.deviceCredentials(dorothy).length === 0,
      ),
    truth: (_, { effects }) => [effects.map(({ state }) => state), Array(5).fill("done")],
  },
  generateEmailVerificationTicket: {
    places: { ticket: operation("post_email-verification") },
    call: ({ service }) => service.generateEmailVerificationTicket({ id: grace }),
    effect: (tenant) => extent(timesDone(tenant, "Create an Email Verification Ticket") > 0),
    onlyOnce: ["Create an Email Verification Ticket"],
  },
  sendVerificationEmail: {
    places: { email: operation("post_verification-email") },
    call: ({ service }) => service.sendVerificationEmail({ id: grace }),
    effect: (tenant) => extent(tenant.emails(grace).length > 0),
    onlyOnce: ["Send an email address verification email"],
  },
};

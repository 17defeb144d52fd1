"use strict";

// Makes what callers see from replies of the core, which are JSON: dates from milliseconds, and sessions from their
// positions in `src/model/session.rs`, which says what they contain. Objects made here, and not in the core, belong to
// the caller's realm.

/**
 * @import { PartialUserSecurityDashboard, SessionAuthenticationMethod } from "../index.d.ts"
 * @import { UserSecurityDashboard, UserSession } from "../index.d.ts"
 * @import { Method } from "../types/core.d.ts"
 */

/**
 * @param {any} value 0 if it is the same as the other one
 * @param {any} other
 */
const orSame = (value, other) => (value === 0 ? other : value);

/** @param {any[][]} rows */
const sessions = (rows) => rows.map(session);

/**
 * Properties that Auth0 does not say are absent.
 * @param {any[]} row
 * @returns {UserSession}
 */
function session(row) {
  const clientIds = row[2];
  const created = row[3];
  /** @type {any} */
  const made = {
    id: row[0],
    userId: row[1],
    clientId: clientIds.length > 0 ? clientIds[0] : "",
    clientIds,
    createdAt: new Date(created),
    updatedAt: new Date(created + row[4]),
  };
  if (row[5] !== null) made.authenticatedAt = new Date(created + row[5]);
  if (row[6] !== null) made.lastActivityAt = new Date(created + row[6]);
  if (row[7] !== null) made.expiresAt = new Date(created + row[7]);
  if (row[8] !== null) made.idleExpiresAt = new Date(created + row[8]);
  made.device = row[9];
  made.browser = row[10];
  made.os = row[11];
  made.platform = row[11];
  made.name = row[10];
  made.address = row[12];
  if (row[13] !== null) made.initialAddress = orSame(row[13], row[12]);
  if (row[14] !== null) made.asn = row[14];
  if (row[15] !== null) made.userAgent = row[15];
  if (row[16] !== null) made.country = row[16];
  if (row[17] !== null) made.city = row[17];
  made.current = row[18];
  if (row[19] !== null) made.persistent = row[19];
  made.authenticationMethods = authenticationMethods(row[20], created);
  if (row[21] !== null) made.metadata = row[21];
  if (row[22] !== null) made.initialAsn = orSame(row[22], row[14]);
  if (row[23] !== null) made.initialOs = orSame(row[23], row[11]);
  if (row[24] !== null) made.actor = { sub: row[24][0], claims: row[24][1] };
  return made;
}

/**
 * @param {[string, string | null, number | null][]} rows
 * @param {number} created
 */
function authenticationMethods(rows, created) {
  return rows.map(([name, type, at]) => {
    /** @type {SessionAuthenticationMethod} */
    const made = { name };
    if (type !== null) made.type = type;
    if (at !== null) made.at = new Date(created + at);
    return made;
  });
}

/**
 * @param {any} reply its sessions are null if they are not available
 * @returns {UserSecurityDashboard | PartialUserSecurityDashboard}
 */
function dashboard(reply) {
  if (reply.sessions) reply.sessions = sessions(reply.sessions);
  return reply;
}

/** @param {any} reply an object, or a URL by id */
function ticket(reply) {
  if (typeof reply === "object") reply.expiresAt = new Date(reply.expiresAt);
  return reply;
}

/** Properties of factors, applications and their devices that are dates. */
const DATES = ["createdAt", "enrolledAt", "lastUsedAt", "expiresAt", "idleExpiresAt"];

/**
 * @template {Record<string, unknown>} T
 * @param {T} made
 * @returns {T}
 */
function withDates(made) {
  for (const name of DATES) {
    if (Object.hasOwn(made, name)) {
      Object.assign(made, { [name]: new Date(/** @type {number} */ (made[name])) });
    }
  }
  return made;
}

/** @param {any[]} rows */
const factors = (rows) => rows.map(withDates);

/** @param {any[]} rows */
function applications(rows) {
  for (const row of rows) withDates(row).devices.forEach(withDates);
  return rows;
}

/** @param {true | null} reply `true` by object, nothing by id */
const done = (reply) => reply ?? undefined;

/**
 * For methods whose replies are not yet what callers see.
 * @type {Partial<Record<Method, (reply: any) => unknown>>}
 */
const conversions = {
  findUserApplications: applications,
  findUserFactors: factors,
  findUserSessions: sessions,
  generateEmailVerificationTicket: ticket,
  generatePasswordChangeTicket: ticket,
  getUserSecurityDashboard: dashboard,
  removeUserFactor: factors,
  revokeAllUserSessions: done,
  revokeUserSession: done,
};

module.exports = { conversions, ticket };

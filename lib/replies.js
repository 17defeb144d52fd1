"use strict";

// Makes what callers see from replies of the core, which are JSON: dates from milliseconds, and sessions from their
// positions in `src/model/session.rs`. Objects made here, and not in the core, belong to the caller's realm.

/**
 * @import { PartialUserSecurityDashboard, SessionAuthenticationMethod } from "../index.d.ts"
 * @import { UserSecurityDashboard, UserSession } from "../index.d.ts"
 */

/** @param {any[][]} rows */
const sessions = (rows) => rows.map(session);

/**
 * Properties that Auth0 does not say are absent.
 * @param {any[]} row
 * @returns {UserSession}
 */
function session(row) {
  const clientIds = row[2];
  /** @type {any} */
  const made = {
    id: row[0],
    userId: row[1],
    clientId: clientIds.length > 0 ? clientIds[0] : "",
    clientIds,
    createdAt: new Date(row[3]),
    updatedAt: new Date(row[4]),
  };
  if (row[5] !== null) made.authenticatedAt = new Date(row[5]);
  if (row[6] !== null) made.lastActivityAt = new Date(row[6]);
  if (row[7] !== null) made.expiresAt = new Date(row[7]);
  if (row[8] !== null) made.idleExpiresAt = new Date(row[8]);
  made.device = row[9];
  made.browser = row[10];
  made.os = row[11];
  made.platform = row[11];
  made.name = row[10];
  made.address = row[12];
  if (row[13] !== null) made.initialAddress = row[13];
  if (row[14] !== null) made.asn = row[14];
  if (row[15] !== null) made.userAgent = row[15];
  if (row[16] !== null) made.country = row[16];
  if (row[17] !== null) made.city = row[17];
  made.current = row[18];
  if (row[19] !== null) made.persistent = row[19];
  made.authenticationMethods = row[20].map(authenticationMethod);
  if (row[21] !== null) made.metadata = row[21];
  if (row[22] !== null) made.initialAsn = row[22];
  if (row[23] !== null) made.initialOs = row[23];
  if (row[24] !== null) made.actor = { sub: row[24][0], claims: row[24][1] };
  return made;
}

/**
 * @param {[string, string | null, number | null]} row
 * @returns {SessionAuthenticationMethod}
 */
function authenticationMethod(row) {
  /** @type {SessionAuthenticationMethod} */
  const made = { name: row[0] };
  if (row[1] !== null) made.type = row[1];
  if (row[2] !== null) made.at = new Date(row[2]);
  return made;
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

module.exports = { applications, dashboard, done, factors, sessions, ticket };

"use strict";

// Makes the results of fleet runs from what the core says about each user.

/** @import { SecurityAuditReport, UserRef } from "../../index.d.ts" */

const DATES = ["lastActivity", "expiresAt", "passwordResetExpiresAt"];

/**
 * @param {any} result
 * @param {UserRef} user as given
 * @param {boolean} isDryRun
 */
function fleetResult(result, user, isDryRun) {
  const { index, userId, userEmail, skipped, failure, outcome, timestamp } = result;
  /** @type {any} */
  const made = { index, user };
  if (userId !== undefined) made.userId = userId;
  if (userEmail !== undefined) made.userEmail = userEmail;
  Object.assign(made, outcome);
  for (const name of DATES) {
    if (typeof made[name] === "number") made[name] = new Date(made[name]);
  }
  if (skipped !== undefined) made.skipped = skipped;
  Object.assign(made, failure);
  if (isDryRun) made.dryRun = true;
  made.timestamp = timestamp;
  return made;
}

/**
 * @param {any[]} userDetails
 * @param {any} totals
 * @returns {SecurityAuditReport}
 */
function auditReport(userDetails, { statistics, ...totals }) {
  const generatedAt = new Date().toISOString();
  return { generatedAt, ...totals, userDetails, statistics };
}

/** @param {any} summary of the core */
function fleetSummary({ progress, report: _, ...summary }) {
  return { ...progress, ...summary };
}

module.exports = { auditReport, fleetResult, fleetSummary };

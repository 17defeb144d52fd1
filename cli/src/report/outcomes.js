// What was done for a user, in words.

import { field, text } from "./fields.js";

/** @typedef {"done" | "failed" | "skipped" | "planned" | "left"} State */

/** @type {ReadonlyMap<unknown, string>} */
const ACTIONS = new Map([
  ["sessions_revoked_password_reset_sent", "Sessions revoked, reset link created"],
  ["sessions_revoked", "Sessions revoked"],
  ["user_blocked_sessions_revoked", "Blocked, sessions revoked"],
  [
    "user_blocked_sessions_revoked_password_reset_sent",
    "Blocked, sessions revoked, reset link created",
  ],
  ["no_action_required", "No action required"],
]);

/** @type {ReadonlyMap<unknown, string>} */
const BLOCKS = new Map([
  ["ended", "Blocked, sessions ended"],
  ["live", "Blocked, sessions still live"],
  ["unknown", "Blocked, sessions unknown"],
]);

/** @type {ReadonlyMap<unknown, string>} */
const SKIPS = new Map([
  ["duplicate", "Skipped: already in the list"],
  ["skip", "Skipped: excluded from the run"],
]);

/**
 * @param {object} result
 * @returns {State}
 */
export function stateOf(result) {
  const status = field(result, "status") ?? field(result, "action");
  if (field(result, "skipped") !== undefined || status === "skipped") return "skipped";
  if (status === "error" || isFailure(result)) return "failed";
  if (status === "planned" || field(result, "dryRun") === true) return "planned";
  return "done";
}

/** @param {object} result */
function isFailure(result) {
  return field(result, "error") !== undefined || field(result, "code") !== undefined;
}

/**
 * @param {object} result
 * @param {State} state
 */
export function outcomeOf(result, state) {
  if (state === "skipped") return SKIPS.get(field(result, "skipped")) ?? "Skipped";
  if (state === "failed") return text(result, "code") || "Failed without a code";
  const action = actionOf(result);
  return state === "planned" ? `Planned: ${lowerFirst(action)}` : action;
}

/** @param {object} result */
function actionOf(result) {
  const action = field(result, "action");
  if (typeof action === "string") return ACTIONS.get(action) ?? text(result, "action");
  const sessions = field(result, "sessions");
  if (BLOCKS.has(sessions)) return BLOCKS.get(sessions) ?? "";
  if (field(result, "riskLevel") !== undefined) return "Audited";
  if (typeof sessions === "number") return "Sessions revoked";
  if (field(result, "expiresAt") !== undefined) return "Reset link created";
  return "Done";
}

/** @param {string} action */
const lowerFirst = (action) => action.charAt(0).toLowerCase() + action.slice(1);

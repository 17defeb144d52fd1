import { outcomeOf, stateOf } from "../report/outcomes.js";

/** @typedef {import("../output/columns.js").Column<Record<string, any>>} Column */

/** @type {(key: string, title?: string) => Column} */
export const field = (key, title) => ({ key, title, of: (row) => row[key] });

/** A ticket of an earlier attempt, of which nobody knows. @type {Column} */
const EARLIER_TICKET = {
  ...field("mayHaveBeenIssued", "Earlier ticket"),
  shown: ({ mayHaveBeenIssued }) => (mayHaveBeenIssued ? "may exist" : ""),
};

/** @type {Column[]} */
export const WHO = [
  { key: "user", title: "User", of: ({ user, userEmail }) => user.email ?? userEmail ?? user.id },
  { key: "userId", title: "Id", of: ({ user, userId }) => userId ?? user.id },
];

/** @type {Column[]} */
export const WHAT_FAILED = [
  field("code", "Error"),
  field("error"),
  { key: "description", of: ({ description }) => description },
  field("skipped", "Skipped"),
  field("correlationId"),
  field("timestamp"),
];

/** @type {Column[]} */
export const REVOKE_COLUMNS = [
  ...WHO,
  field("status", "Status"),
  field("sessions", "Sessions"),
  ...WHAT_FAILED,
];

/** @type {Column[]} */
export const TICKET_COLUMNS = [
  ...WHO,
  field("status", "Status"),
  field("expiresAt", "Expires"),
  field("blockedUntil", "Blocked until"),
  EARLIER_TICKET,
  ...WHAT_FAILED,
];

/** @type {Column[]} */
export const AUDIT_COLUMNS = [
  ...WHO,
  field("riskLevel", "Risk"),
  field("riskScore", "Score"),
  field("sessionsCount", "Sessions"),
  field("authMethodsCount", "Methods"),
  field("lastActivity", "Last activity"),
  field("providers"),
  field("devices", "Devices"),
  field("countries"),
  field("addresses"),
  {
    key: "riskSignals",
    of: ({ riskSignals }) => riskSignals?.map((/** @type {{ id: string }} */ { id }) => id),
  },
  ...WHAT_FAILED,
];

/** @type {Column[]} */
export const EMERGENCY_COLUMNS = [
  ...WHO,
  { ...field("action", "Action"), shown: actionInWords },
  field("riskLevel", "Risk"),
  field("sessionsRevoked", "Sessions revoked"),
  field("passwordResetExpiresAt"),
  field("blockedUntil"),
  EARLIER_TICKET,
  ...WHAT_FAILED,
];

/** The columns of a journal, by its command. @type {Record<string, Column[]>} */
export const COLUMNS_BY_COMMAND = {
  "bulk revoke": REVOKE_COLUMNS,
  "bulk ticket": TICKET_COLUMNS,
  "bulk block": REVOKE_COLUMNS,
  audit: AUDIT_COLUMNS,
  emergency: EMERGENCY_COLUMNS,
};

/**
 * What was done, or would be. A failure may come after something was done.
 * @param {Record<string, any>} row
 */
function actionInWords(row) {
  const state = stateOf(row);
  if (state !== "failed") return outcomeOf(row, state);
  const effects = /** @type {{ step: string, state: string }[]} */ (row.effects ?? []);
  const done = effects.filter((effect) => effect.state === "done");
  if (done.length === 0) return "Failed";
  return `Failed after: ${done.map(({ step }) => EFFECTS[step] ?? step).join(", ")}`;
}

/** @type {Record<string, string>} */
const EFFECTS = {
  block: "blocked",
  refreshTokens: "refresh tokens revoked",
  sessions: "sessions revoked",
  ticket: "reset link created",
};

// Records become the rows of the table.

import { field, items, number, seconds, text, texts } from "./fields.js";
import { outcomeOf, stateOf } from "./outcomes.js";
import { MAY_EXIST, SEPARATOR } from "./page/schema.js";
import { visible } from "./visible.js";

/** @typedef {import("./types.js").Row} Row */

/**
 * @param {import("./types.js").OutcomeRecord} record
 * @returns {Row}
 */
export function rowOfOutcome(record) {
  const { result } = record;
  const state = stateOf(result);
  return {
    ...userOf(result),
    ...riskOf(result),
    ...activityOf(result),
    ...failureOf(result),
    state,
    outcome: outcomeOf(result, state),
    effects: items(result, "effects").map(effectOf),
    notes: notesOf(record),
    time: seconds(result, "timestamp"),
    expires: seconds(result, "passwordResetExpiresAt") ?? seconds(result, "expiresAt"),
  };
}

/**
 * A user that was begun, and of whom nothing more is known.
 * @param {import("./types.js").IntentRecord} record
 * @returns {Row}
 */
export function rowOfIntent(record) {
  return {
    ...rowOfOutcome({ type: "outcome", result: {} }),
    ...userOf(record),
    state: "left",
    outcome: "Begun, but the outcome is unknown",
  };
}

/** @param {object} result */
function userOf(result) {
  const user = field(result, "user");
  const id = text(result, "userId") || text(user, "id");
  const email = text(result, "userEmail") || text(user, "email");
  const asGiven = visible(user);
  return {
    id,
    email,
    name: text(user, "name"),
    given: asGiven === id || asGiven === email ? "" : asGiven,
  };
}

/** @param {object} result */
function riskOf(result) {
  return {
    risk: text(result, "riskLevel"),
    score: number(result, "riskScore"),
    signals: items(result, "riskSignals").map(signalOf),
  };
}

/**
 * A signal is one word of the dictionary: its id, weight and sentence.
 * @param {unknown} signal
 */
function signalOf(signal) {
  return JSON.stringify([text(signal, "id"), number(signal, "weight") ?? 0, text(signal, "why")]);
}

/** @param {object} result */
function activityOf(result) {
  return {
    sessions: number(result, "sessionsCount") ?? number(result, "sessions"),
    methods: number(result, "authMethodsCount"),
    providers: texts(result, "providers"),
    devices: texts(result, "devices"),
    countries: texts(result, "countries"),
    addresses: texts(result, "addresses").join(SEPARATOR),
    lastActivity: seconds(result, "lastActivity"),
  };
}

/** @param {object} result */
function failureOf(result) {
  return {
    code: text(result, "code"),
    error: text(result, "error"),
    description: text(result, "description"),
    correlationId: text(result, "correlationId"),
  };
}

/** @param {unknown} effect */
function effectOf(effect) {
  const count = number(effect, "count");
  const state = text(effect, "state") === "notDone" ? "not done" : text(effect, "state");
  return `${text(effect, "step")}: ${state}${count === null ? "" : ` (${count})`}`;
}

/** @param {import("./types.js").OutcomeRecord} record */
function notesOf({ result, mayHaveBeenIssued }) {
  const notes = mayHaveBeenIssued === true ? [MAY_EXIST] : [];
  if (field(result, "blockedUntil") === "passwordReset") {
    notes.push("Blocked until the password is reset");
  }
  if (field(result, "dryRun") === true) notes.push("Dry run: nothing was changed");
  return notes;
}

// Compares what the library reported about an operation with the state of the tenant.

import { Auth0UserSecurityError } from "@archie/auth0-user-security";
import { everythingOf } from "../../test-support/error-text.mjs";
import { ABOUT_ANOTHER } from "./catalogue.mjs";
import { OPERATIONS } from "./operations.mjs";

/**
 * `operation` has its `result` or `error`, its audit `events` and what a waiting call `left` when it ended; `verdict` is
 * the tenant's. @returns {{ kind: "wrong success" | "lost" | "duplicated" | "other", what: string }[]}
 */
export function judge(operation, verdict, sharedSecrets) {
  const found = [];
  const report = (kind) => (what) => found.push({ kind, what });
  if (verdict.mostOften > 1) report("duplicated")(`done ${verdict.mostOften} times`);
  if (!verdict.keepsOthers) report("other")("a session that should have stayed has ended");
  if (operation.isAborted) judgeAbort(operation, report("other"));
  else if (operation.error) judgeError(operation, report("other"));
  else judgeSuccess(operation, verdict, report("wrong success"));
  if (operation.isChange && !isMisdirected(verdict)) judgeEffects(operation, verdict, report);
  judgeSecrets(operation, [...sharedSecrets, ...verdict.secrets], report("other"));
  return found;
}

function judgeAbort({ error }, broken) {
  if (error !== undefined && error !== ABORT_REASON) broken(`an abort rejected with ${error}`);
}

/** The reason that an aborted call rejects with. */
export const ABORT_REASON = new Error("the caller aborted");

function judgeError({ error }, broken) {
  if (!Auth0UserSecurityError.isInstance(error) || !/^ERR_(?!INTERNAL)/.test(error.code)) {
    broken("not an error of the library");
  }
}

function judgeSuccess(operation, verdict, broken) {
  const { isTrue } = OPERATIONS[operation.name];
  const { result, waitUntilGone, left } = operation;
  const isLiedTo = verdict.met.some(({ fault }) => fault === ABOUT_ANOTHER);
  if (!isLiedTo && isTrue && !isTrue(result, operation, verdict.steps)) broken("wrong result");
  if (isLiedTo) return;
  for (const [step, { ended, of }] of Object.entries(verdict.steps)) {
    if (ended !== of) broken(`${step}: ${ended} of ${of} ended`);
  }
  if (!waitUntilGone || !operation.isChange) return;
  if (left.sessions > 0) broken(`${left.sessions} sessions still alive after the wait`);
  if (verdict.tokensLeft > 0) broken(`${verdict.tokensLeft} refresh tokens left by a wait`);
}

/** The tenant returned another user for the email, so the operation was performed on that user. */
function isMisdirected({ met }) {
  return met.some(({ fault, place }) => fault === ABOUT_ANOTHER && place === "get_users-by-email");
}

/** Compares the effects in the error and in the audit event with the tenant. */
function judgeEffects(operation, verdict, report) {
  const { error, events, isAborted } = operation;
  const lost = report("lost");
  if (events.length > 1) report("other")(`${events.length} audit events`);
  if (events.length === 0 && !isAborted) report("other")("no audit event");
  const [event] = events;
  for (const problem of untrueEffects(event?.effects, operation, verdict))
    lost(`event: ${problem}`);
  if (!error || isAborted) return;
  for (const problem of untrueEffects(error.effects, operation, verdict)) lost(problem);
  if (error.effects && JSON.stringify(error.effects) !== JSON.stringify(event?.effects)) {
    report("other")("error and audit event have different effects");
  }
}

/** The steps that are done item by item. */
const COUNTED = new Set(["session", "factor", "application"]);

/** Without effects nothing may have changed; a step that is not listed must be untouched. */
function untrueEffects(effects = [], { name }, { steps }) {
  const { implied = [] } = OPERATIONS[name];
  const count = (step, state) =>
    effects
      .filter((effect) => effect.step === step && effect.state === state)
      .reduce((sum, effect) => sum + (COUNTED.has(step) ? effect.count : Infinity), 0);
  return Object.entries(steps)
    .filter(([step]) => !implied.includes(step))
    .filter(([step, { ended, of }]) => {
      const least = Math.min(of, count(step, "done"));
      const most = Math.min(of, count(step, "done") + count(step, "unknown"));
      return ended < least || ended > most;
    })
    .map(([step, { ended, of }]) => `${step}: ${ended} of ${of} ended, ${JSON.stringify(effects)}`);
}

function judgeSecrets({ error, events, lines }, secrets, broken) {
  const printed = [
    error instanceof Error && error !== ABORT_REASON ? everythingOf(error) : "",
    JSON.stringify(events),
    JSON.stringify(lines ?? []),
  ].join("\n");
  if (secrets.some((secret) => printed.includes(secret))) broken("a secret is printed");
}

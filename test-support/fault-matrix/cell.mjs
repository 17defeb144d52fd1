// One cell of the matrix: calls a method under a fault, and describes the outcome in the terms of
// docs/fault-matrix.md. Asserts what must be true of every cell.

import assert from "node:assert/strict";
import * as library from "@archie/auth0-user-security";
import { ERROR_CODES } from "../error-codes.mjs";
import { everythingOf } from "../error-text.mjs";
import { recordingLogger } from "../logger.mjs";
import { serviceFor } from "../service.mjs";
import { ATTEMPT_TIMEOUT_MS, FAULTS, TIMES } from "./faults.mjs";
import { FailedResult } from "./fleets.mjs";
import { METHODS } from "./methods.mjs";
import { timesDone } from "./parts.mjs";

const TIMEOUT_MS = 30_000;
const retry = { maxAttempts: 3, maxDelayMs: 0 };
/** No fault causes a bug of the library or makes a user ambiguous. */
const { Auth0UserSecurityError: _bug, AmbiguousUserError: _ambiguous, ...CODES } = ERROR_CODES;

/** Runs a cell on one of the stages and returns its text. */
export function runCell(stages, { method, fault, ...where }) {
  const { isSlow, rememberedAt } = FAULTS[fault];
  const isRemembered = FAULTS[fault].isRemembered || rememberedAt === where.place;
  const scene = (stage, waits) => play(stage, waits, METHODS[method], FAULTS[fault], where);
  return stages.use(scene, { isSlow, isRemembered });
}

async function play(stage, waits, method, fault, { place, times }) {
  const { tenant } = stage;
  const isFaulted = method.places[place];
  const logger = recordingLogger();
  const service = serviceOf(tenant, method, fault, logger);
  const brought = await method.prepare?.({ tenant, service });
  tenant.clearRequests();
  const meetsIt = (request) => {
    if (isFaulted(request)) waits();
    return isFaulted(request);
  };
  tenant.fault(meetsIt, fault.what, TIMES[times]);
  const outcome = await outcomeOf(() => method.call({ tenant, service }, brought));
  await service.close();
  await stage.allEnded();
  const effect = method.effect?.(tenant);
  checkCell({ method, tenant, outcome, effect, brought, logger });
  const requests = `${tenant.requests.filter(isFaulted).length}/${tenant.requests.length}`;
  const isExpected = effect === undefined || effect === (outcome.error ? "none" : "done");
  return [wordsFor(outcome), requests, ...(isExpected ? [] : [effect])].join(" · ");
}

function serviceOf(tenant, method, { what, isSlow }, logger) {
  const attemptTimeoutMs = isSlow && !what.status ? ATTEMPT_TIMEOUT_MS : TIMEOUT_MS;
  const config = { timeoutMs: TIMEOUT_MS, attemptTimeoutMs, retry, ...method.config?.(tenant) };
  return serviceFor(tenant, config, logger);
}

async function outcomeOf(call) {
  const startedAt = performance.now();
  const settled = await call().then(
    (result) => ({ result }),
    (error) => ({ error }),
  );
  return { ...settled, tookMs: performance.now() - startedAt };
}

function checkCell({ method, tenant, outcome, effect, brought, logger }) {
  const { error, result, tookMs } = outcome;
  assert.ok(tookMs < TIMEOUT_MS + 5000, `it took ${tookMs} ms`);
  for (const entry of method.onlyOnce ?? []) {
    assert.ok(timesDone(tenant, entry) <= 1, `${entry}: done ${timesDone(tenant, entry)} times`);
  }
  if (error) {
    checkEffects(error, effect);
    return checkError(error, [tenant.clientSecret, ...tokensIn(tenant), ...texts(brought)]);
  }
  const isToldOf =
    effect === undefined || effect === "done" || logger.lines.some(({ level }) => level === "warn");
  assert.ok(isToldOf, `success without a warning, and its effect is ${effect}`);
  if (method.truth) {
    const pair = method.truth(tenant, result, logger);
    assert.deepEqual(...pair, "a wrong result");
  }
}

/** An error lists what was changed before it; without effects nothing was changed. */
function checkEffects({ effects = [] }, effect) {
  const states = effects.map(({ state }) => state);
  const isNothing = effect === undefined || effect === "none";
  const says = JSON.stringify(effects);
  assert.ok(isNothing || states.some((state) => state !== "notDone"), `${effect}, but ${says}`);
  assert.ok(!isNothing || !states.includes("done"), `${effect}, but ${says}`);
}

function checkError(error, secrets) {
  if (!(error instanceof FailedResult)) {
    assert.ok(library.Auth0UserSecurityError.isInstance(error), String(error));
    assert.equal(error.constructor, library[error.name]);
    assert.equal(error.code, CODES[error.name]);
  }
  const printed = everythingOf(error);
  for (const secret of secrets) assert.ok(!printed.includes(secret), "an error shows a secret");
}

const texts = (brought) => Object.values(brought ?? {});

/** The access tokens in the requests to the tenant. */
function tokensIn({ requests }) {
  const headers = requests.map(({ headers: { authorization } }) => authorization).filter(Boolean);
  return new Set(headers.map((header) => header.replace("Bearer ", "")));
}

function wordsFor({ error, result }) {
  if (error) {
    // Why the network failed is the business of the network, not of the method.
    const reason = error.name === "NetworkError" ? undefined : error.reason;
    const detail = reason ?? error.field ?? (error.statusCode || undefined);
    return [error.name, ...(detail === undefined ? [] : [detail])].join(" ");
  }
  if (result?.findings === undefined || result.ok) return "ok";
  const bad = result.findings.filter(({ ok }) => !ok).map(({ check }) => check);
  return `not ok: ${bad.join(", ")}`;
}

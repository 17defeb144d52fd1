"use strict";

// The calls of a service to the native core, with tracing and cancellation.

/**
 * @import { ILogger, RiskExplanation, RiskLevel } from "../index.d.ts"
 * @import { Method, Service } from "../types/core.d.ts"
 */

const { cancellationFor } = require("./cancellation.js");
const { core, resultOf } = require("./core.js");
const { wrongType } = require("./errors.js");
const { checkLogger, logSink, publish } = require("./logging.js");
const { ticket } = require("./replies.js");
const { listener, outcomeOf, receiver } = require("./results.js");
const { tokenListener } = require("./token-supplier.js");
const { traced, tracedSync } = require("./tracing.js");

/**
 * @param {unknown} config
 * @param {ILogger} logger
 */
function createService(config, logger) {
  const write = logSink(checkLogger(logger));
  const log = listener(([level, message, details]) => write(level, message, details));
  const tokens = tokenListener(config);
  return resultOf(core().createService(config, log, listener(publish), receiver(), tokens));
}

/** @param {Service} service */
function closeService(service) {
  return traced("close", async () => core().closeService(service));
}

/**
 * Runs a method of the core.
 * @param {Method} method
 * @param {Service} service
 * @param {unknown[]} required the arguments that every form of the method has
 * @param {unknown[]} rest further arguments; the first object among them is the options
 * @returns {Promise<any>}
 */
function call(method, service, required, ...rest) {
  return traced(method, () => run(method, service, required, rest));
}

/**
 * Throws if it cannot begin, for example because the signal has fired: public methods are `async`.
 * @param {Method} method
 * @param {Service} service
 * @param {unknown[]} required
 * @param {unknown[]} rest
 */
function run(method, service, required, rest) {
  const options = rest.find((given) => typeof given === "object" && given !== null);
  const cancellation = cancellationFor(options, core());
  const outcome = outcomeOf(method, service, [...required, ...rest], cancellation?.handle);
  return cancellation ? cancellable(outcome, cancellation) : outcome.then(resultOf);
}

/**
 * Rejects immediately when the signal fires; the core still completes a change that has begun.
 * @param {Promise<import("../types/core.d.ts").Outcome<any>>} outcome
 * @param {NonNullable<ReturnType<typeof cancellationFor>>} cancellation
 */
async function cancellable(outcome, cancellation) {
  try {
    return resultOf(await Promise.race([outcome, cancellation.fired]));
  } finally {
    cancellation.release();
  }
}

/**
 * Synchronous by object, a promise by id.
 * @param {Service} service
 * @param {unknown[]} given
 */
function connectionUrl(service, given) {
  const make = () => ticket(parsed(core().generateAccountConnectionUrl(service, given)));
  return core().isConnectionById(given)
    ? traced("generateAccountConnectionUrl", async () => make())
    : tracedSync("generateAccountConnectionUrl", make);
}

/**
 * @template S, M
 * @param {S} userSessions
 * @param {M} methods
 * @param {(sessions: S, methods: M) => RiskLevel} [policy]
 * @returns {RiskLevel}
 */
function assessRisk(userSessions, methods, policy) {
  return tracedSync("assessRisk", () => {
    if (policy === undefined) return parsed(core().assessRisk([userSessions, methods]));
    if (typeof policy !== "function")
      throw wrongType("policy must be a function. For weights, use explainRisk.");
    return policy(userSessions, methods);
  });
}

/**
 * @template S, M
 * @param {Service} service
 * @param {S} userSessions
 * @param {M} methods
 * @param {unknown} [policy] a function of the caller, or what the core reads
 * @returns {RiskExplanation}
 */
function explainRisk(service, userSessions, methods, policy) {
  return tracedSync("explainRisk", () =>
    typeof policy === "function"
      ? policy(userSessions, methods)
      : parsed(core().explainRisk(service, [userSessions, methods, policy])),
  );
}

/** @param {string} outcome of a synchronous method */
const parsed = (outcome) => resultOf(JSON.parse(outcome));

module.exports = { assessRisk, call, closeService, connectionUrl, createService, explainRisk };

"use strict";

// node:diagnostics_channel: a tracing channel for each method, and one channel of audit events.

// Not by require, which a bundle of ES modules lacks: it would end the program with the bundler's words,
// before the error that says how to bundle this package.
const { channel, tracingChannel } = process.getBuiltinModule("node:diagnostics_channel");

/** @import { TracingChannel } from "node:diagnostics_channel" */

const PREFIX = "archie:auth0-user-security";

/** @type {Map<string, TracingChannel>} */
const tracing = new Map();

const auditChannel = channel(`${PREFIX}:audit`);

/** @param {string} operation */
function channelOf(operation) {
  let found = tracing.get(operation);
  if (!found) {
    found = tracingChannel(`${PREFIX}:${operation}`);
    tracing.set(operation, found);
  }
  return found;
}

/**
 * In Bun a tracing channel does not say whether anybody listens: there every operation is traced.
 * @param {{ hasSubscribers?: boolean }} operationChannel
 */
const isTraced = (operationChannel) => operationChannel.hasSubscribers !== false;

/**
 * Runs an asynchronous operation under its tracing channel.
 * @template T
 * @param {string} operation
 * @param {() => Promise<T>} run
 * @returns {Promise<T>}
 */
function traced(operation, run) {
  const operationChannel = channelOf(operation);
  return isTraced(operationChannel) ? underTrace(operationChannel, operation, run) : run();
}

/**
 * Results hold links and personal data, which a tracer has no need of.
 * @template T
 * @param {TracingChannel} operationChannel
 * @param {string} operation
 * @param {() => Promise<T>} run
 * @returns {Promise<T>}
 */
async function underTrace(operationChannel, operation, run) {
  /** @type {T | undefined} */
  let result;
  const withoutResult = async () => {
    result = await run();
  };
  await operationChannel.tracePromise(withoutResult, { operation });
  return /** @type {T} */ (result);
}

/**
 * Runs a synchronous operation under its tracing channel.
 * @template T
 * @param {string} operation
 * @param {() => T} run
 * @returns {T}
 */
function tracedSync(operation, run) {
  const operationChannel = channelOf(operation);
  if (!isTraced(operationChannel)) return run();
  /** @type {T | undefined} */
  let result;
  const withoutResult = () => {
    result = run();
  };
  operationChannel.traceSync(withoutResult, { operation });
  return /** @type {T} */ (result);
}

module.exports = { auditChannel, traced, tracedSync };

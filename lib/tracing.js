"use strict";

// Diagnostics channels: a tracing channel for each method, and one channel for audit events.

// Without `require`, which bundles of ES modules lack: it would fail with the bundler's message before our own error,
// which explains how to bundle this package.
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
 * Tracing channels in Bun do not show whether there are subscribers, so every operation is traced there.
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
 * Omits results, which contain links and personal data that tracers do not need.
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

"use strict";

// node:diagnostics_channel: a tracing channel for each method, and one channel of audit events.

// Not by require, which a bundle of ES modules lacks: it would end the program with the bundler's words,
// before the error that tells how to bundle this package.
const { channel, tracingChannel } = process.getBuiltinModule("node:diagnostics_channel");

const PREFIX = "archie:auth0-user-security";
const tracing = new Map();

const auditChannel = channel(`${PREFIX}:audit`);

function channelOf(operation) {
  let found = tracing.get(operation);
  if (!found) {
    found = tracingChannel(`${PREFIX}:${operation}`);
    tracing.set(operation, found);
  }
  return found;
}

// In Bun a tracing channel does not tell whether anybody listens: there every operation is traced.

/** Runs an asynchronous operation under its tracing channel. */
async function traced(operation, run) {
  const operationChannel = channelOf(operation);
  if (operationChannel.hasSubscribers === false) return await run();
  let result;
  // Results hold links and personal data, which a tracer has no need of.
  const withoutResult = async () => {
    result = await run();
  };
  await operationChannel.tracePromise(withoutResult, { operation });
  return result;
}

/** Runs a synchronous operation under its tracing channel. */
function tracedSync(operation, run) {
  const operationChannel = channelOf(operation);
  if (operationChannel.hasSubscribers === false) return run();
  let result;
  operationChannel.traceSync(
    () => {
      result = run();
    },
    { operation },
  );
  return result;
}

module.exports = { auditChannel, traced, tracedSync };

"use strict";

// Hands the lines of the core to the caller's logger, and audit events to their channel.

const { wrongType } = require("./errors.js");
const { auditChannel } = require("./tracing.js");

/** A function that the core calls with each line. A logger that throws never breaks a call. */
function logSink(logger) {
  return (level, message, details) => {
    try {
      if (level === "audit") return void auditChannel.publish(details);
      const write = logger[level] ?? (level === "debug" ? undefined : logger.log);
      if (typeof write !== "function") return;
      // pino takes the details first.
      const words = typeof logger.bindings === "function" ? [details, message] : [message, details];
      const written = write.apply(logger, words);
      if (typeof written?.then === "function") written.then(undefined, () => {});
    } catch {
      // There is nowhere to report the failure of a logger.
    }
  };
}

function checkLogger(logger) {
  const isLogger =
    typeof logger === "object" &&
    logger !== null &&
    typeof logger.warn === "function" &&
    typeof logger.error === "function";
  if (isLogger) return logger;
  // The value itself is not shown: it may be a configuration that was passed in the wrong place.
  throw wrongType("logger must be an object with the methods warn and error.");
}

module.exports = { checkLogger, logSink };

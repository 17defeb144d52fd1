"use strict";

// Passes the lines of the core to the caller's logger, and audit events to their channel.

/**
 * @import { ILogger } from "../index.d.ts"
 * @import { Level } from "../types/core.d.ts"
 */

const { wrongType } = require("./errors.js");
const { auditChannel } = require("./tracing.js");

/**
 * The function that the core calls with each line. A logger that throws never breaks a call.
 * @param {ILogger} logger
 */
function logSink(logger) {
  /**
   * @param {Level} level
   * @param {string} message
   * @param {object} details
   */
  return (level, message, details) => {
    try {
      const write = logger[level] ?? (level === "debug" ? undefined : logger.log);
      if (typeof write !== "function") return;
      // pino takes the details first.
      const takesDetailsFirst = "bindings" in logger && typeof logger.bindings === "function";
      const args = takesDetailsFirst ? [details, message] : [message, details];
      const written = Reflect.apply(write, logger, args);
      if (typeof written?.then === "function") written.then(undefined, () => {});
    } catch {
      // A failing logger cannot report its own failure.
    }
  };
}

/**
 * Node reports subscribers that throw, as for any channel.
 * @param {object} event
 */
function publish(event) {
  auditChannel.publish(event);
}

/** @param {ILogger | null} logger any value that the caller passed */
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

module.exports = { checkLogger, logSink, publish };

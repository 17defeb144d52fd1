"use strict";

// The error classes of the library, and how a failure object of the native core becomes one.

const { own } = require("./own.js");

const LINEAGE = Symbol.for("@archie/auth0-user-security/error-lineage");

class Auth0UserSecurityError extends Error {
  constructor(message, details) {
    const { code = "ERR_INTERNAL", operation, cause, ...fields } = { __proto__: null, ...details };
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    if (operation) this.operation = operation;
    Object.assign(this, fields);
  }

  static isInstance(value) {
    if (typeof value !== "object" || value === null) return false;
    if (Function.prototype[Symbol.hasInstance].call(this, value)) return true;
    return lineageOf(value).includes(this.name);
  }

  toJSON() {
    return { name: this.name, message: this.message, ...this };
  }
}

class ConfigurationError extends Auth0UserSecurityError {}
class UserNotFoundError extends Auth0UserSecurityError {}
class AmbiguousUserError extends Auth0UserSecurityError {}
class SessionNotFoundError extends Auth0UserSecurityError {}
class AccountLinkingError extends Auth0UserSecurityError {}
class Auth0ApiError extends Auth0UserSecurityError {}
class InsufficientScopeError extends Auth0ApiError {}
class FeatureUnavailableError extends Auth0ApiError {}
class RateLimitError extends Auth0ApiError {}
class NetworkError extends Auth0ApiError {}
class TimeoutError extends Auth0ApiError {}

/** Without a prototype, so that no foreign name finds anything in it. */
const classes = {
  __proto__: null,
  Auth0UserSecurityError,
  ConfigurationError,
  UserNotFoundError,
  AmbiguousUserError,
  SessionNotFoundError,
  AccountLinkingError,
  Auth0ApiError,
  InsufficientScopeError,
  FeatureUnavailableError,
  RateLimitError,
  NetworkError,
  TimeoutError,
};

for (const [name, type] of Object.entries(classes)) {
  const inherited = Object.getPrototypeOf(type).prototype[LINEAGE] ?? [];
  Object.defineProperty(type.prototype, "name", {
    value: name,
    writable: true,
    configurable: true,
  });
  Object.defineProperty(type.prototype, LINEAGE, { value: [name, ...inherited] });
}

/** The class names of an error made by another copy of the package, or cloned between threads. */
function lineageOf(value) {
  if (Array.isArray(value[LINEAGE])) return value[LINEAGE];
  // A structured clone keeps the stack of the error, and with it the name; toJSON() keeps both.
  const isClone = typeof value.stack === "string" && /^(\w+): /.exec(value.stack)?.[1];
  const name = isClone || (typeof value.code === "string" && value.name);
  return classes[name]?.prototype[LINEAGE] ?? [];
}

/** The error for a failure object; an argument of the wrong type is a plain TypeError. */
function errorFrom({ name, code, message, operation, fields, cause }) {
  const details = { ...fields, code, operation: operation ?? undefined, cause: causeFrom(cause) };
  const type = classes[name];
  if (type) return new type(message, details);
  const error = name === "TypeError" ? new TypeError(message) : new Error(message);
  return Object.assign(error, { code });
}

function causeFrom(cause) {
  if (!cause) return undefined;
  const error = own(cause, "name")
    ? errorFrom(cause)
    : new Error(cause.message, cause.cause ? { cause: causeFrom(cause.cause) } : undefined);
  // It happened in the core, where JavaScript has no lines.
  error.stack = `${error.name}: ${error.message}`;
  return error;
}

/** An argument of the wrong type, as Node itself reports it. */
function wrongType(message) {
  return Object.assign(new TypeError(message), { code: "ERR_INVALID_ARG_TYPE" });
}

module.exports = { ...classes, errorFrom, wrongType };

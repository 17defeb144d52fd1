"use strict";

// The error classes of the library, and the conversion of failure objects of the native core to them.

/**
 * @import { Cause, Failure } from "../types/core.d.ts"
 * @import { ErrorDetails } from "../index.d.ts"
 */

const { own } = require("./own.js");
const { recall } = require("./thrown.js");

const LINEAGE = Symbol.for("@archie/auth0-user-security/error-lineage");

class Auth0UserSecurityError extends Error {
  /**
   * @param {string} message
   * @param {ErrorDetails} [details]
   */
  constructor(message, details) {
    /** @type {ErrorDetails} */
    const given = { __proto__: null, ...details };
    const { code, operation, cause, ...fields } = given;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code ?? CODES[this.name] ?? "ERR_INTERNAL";
    writeHeader(this);
    if (operation) this.operation = operation;
    Object.assign(this, fields);
  }

  /** @param {unknown} value */
  static isInstance(value) {
    return isInstance(this, value);
  }

  /** Without the description: applications send this to browsers. */
  toJSON() {
    const { description, ...fields } = /** @type {{ description?: string }} */ (this);
    return { name: this.name, message: this.message, ...fields };
  }
}

class ConfigurationError extends Auth0UserSecurityError {}
class UserNotFoundError extends Auth0UserSecurityError {}
class AmbiguousUserError extends Auth0UserSecurityError {}
class SessionNotFoundError extends Auth0UserSecurityError {}
class AccountLinkingError extends Auth0UserSecurityError {}
class AccountProtectionError extends Auth0UserSecurityError {}
class Auth0ApiError extends Auth0UserSecurityError {}
class FleetStoppedError extends Auth0UserSecurityError {}
class InsufficientScopeError extends Auth0ApiError {}
class FeatureUnavailableError extends Auth0ApiError {}
class RateLimitError extends Auth0ApiError {}
class NetworkError extends Auth0ApiError {}
class TimeoutError extends Auth0ApiError {}

const classes = {
  Auth0UserSecurityError,
  ConfigurationError,
  UserNotFoundError,
  AmbiguousUserError,
  SessionNotFoundError,
  AccountLinkingError,
  AccountProtectionError,
  Auth0ApiError,
  FleetStoppedError,
  InsufficientScopeError,
  FeatureUnavailableError,
  RateLimitError,
  NetworkError,
  TimeoutError,
};

/**
 * Without a prototype, so that a lookup finds nothing but these classes.
 * @type {Record<string, typeof Auth0UserSecurityError | undefined>}
 */
const classByName = Object.assign(Object.create(null), classes);

/**
 * The default code of each class.
 * @type {Record<string, string | undefined>}
 */
const CODES = Object.assign(Object.create(null), {
  Auth0UserSecurityError: "ERR_INTERNAL",
  ConfigurationError: "ERR_CONFIGURATION",
  UserNotFoundError: "ERR_USER_NOT_FOUND",
  AmbiguousUserError: "ERR_AMBIGUOUS_USER",
  SessionNotFoundError: "ERR_SESSION_NOT_FOUND",
  AccountLinkingError: "ERR_ACCOUNT_LINKING",
  AccountProtectionError: "ERR_ACCOUNT_PROTECTION",
  Auth0ApiError: "ERR_AUTH0_API",
  FleetStoppedError: "ERR_FLEET_STOPPED",
  InsufficientScopeError: "ERR_INSUFFICIENT_SCOPE",
  FeatureUnavailableError: "ERR_FEATURE_UNAVAILABLE",
  RateLimitError: "ERR_RATE_LIMIT",
  NetworkError: "ERR_NETWORK",
  TimeoutError: "ERR_TIMEOUT",
});

for (const [name, type] of Object.entries(classes)) {
  const inherited = Object.getPrototypeOf(type).prototype[LINEAGE] ?? [];
  Object.defineProperty(type.prototype, "name", {
    value: name,
    writable: true,
    configurable: true,
  });
  Object.defineProperty(type.prototype, LINEAGE, { value: [name, ...inherited] });
}

/**
 * Like `instanceof`, but across copies of the package, threads and JSON. Values with a proxy or getter that throws never
 * match.
 * @param {Function} type
 * @param {unknown} value
 */
function isInstance(type, value) {
  try {
    if (typeof value !== "object" || value === null) return false;
    if (Function.prototype[Symbol.hasInstance].call(type, value)) return true;
    const found = classByName[nameOf(value) ?? ""];
    if (!found) return false;
    return found === type || Object.prototype.isPrototypeOf.call(type.prototype, found.prototype);
  } catch {
    return false;
  }
}

/**
 * The class of an error that this copy of the package did not create. Its name counts only with the matching code.
 * @param {{ [LINEAGE]?: unknown, code?: unknown, stack?: string }} value
 */
function nameOf(value) {
  const lineage = value[LINEAGE];
  if (Array.isArray(lineage)) return knownName(lineage.slice(0, MAX_LINEAGE), value.code);
  const [name = "", code] = ownPair(value) ?? HEADER.exec(value.stack ?? "")?.slice(1) ?? [];
  return CODES[name] === code ? name : undefined;
}

/** More ancestors than any class will ever have. */
const MAX_LINEAGE = 8;

/**
 * Another copy may be newer and have classes that this one lacks; then their closest known parent counts.
 * @param {unknown[]} lineage
 * @param {unknown} code
 */
function knownName(lineage, code) {
  const isKnown = (/** @type {unknown} */ name) => typeof name === "string" && name in CODES;
  const name = /** @type {string | undefined} */ (lineage.find(isKnown));
  return name !== undefined && name === lineage[0] && CODES[name] !== code ? undefined : name;
}

/**
 * Name and code as own properties, which `toJSON()` and uncaught errors of a worker keep.
 * @param {object} value
 */
function ownPair(value) {
  const pair = ["name", "code"].map((key) => Object.getOwnPropertyDescriptor(value, key)?.value);
  return pair.every((part) => typeof part === "string") ? pair : undefined;
}

/** A structured clone keeps the stack, but changes the name to "Error". */
const HEADER = /^(\w{1,64}) \[(\w{1,64})\](?:: |\n|$)/;

/**
 * Makes the stack begin with class and code, like those of Node's own errors. The stack omits the function `caller` and
 * everything it calls.
 * @template {Error & { code?: unknown }} T
 * @param {T} error
 * @param {Function} [caller]
 * @returns {T}
 */
function writeHeader(error, caller) {
  const value = `${error.name} [${error.code}]`;
  Object.defineProperty(error, "name", { value, configurable: true });
  try {
    if (caller) Error.captureStackTrace(error, caller);
    // The header is written when the stack is first read.
    void error.stack;
  } catch {
    // An Error.prepareStackTrace that throws must not hide the actual error.
  }
  Reflect.deleteProperty(error, "name");
  return error;
}

/**
 * The error for a failure object; an argument of the wrong type is a plain TypeError.
 * @param {Failure} failure
 * @returns {Error & { code: string }}
 */
function errorFrom({ name, code, message, operation, fields, cause }) {
  const details = { ...fields, code, operation: operation ?? undefined, cause: causeFrom(cause) };
  const type = classByName[name];
  if (type) return new type(message, /** @type {ErrorDetails} */ (details));
  const error = name === "TypeError" ? new TypeError(message) : new Error(message);
  return Object.assign(error, { code });
}

/**
 * @param {Cause | null} [cause]
 * @returns {unknown} an error, unless a function of the caller threw something else
 */
function causeFrom(cause) {
  if (!cause) return undefined;
  if ("thrown" in cause) return recall(cause.thrown);
  const error = own(cause, "name")
    ? errorFrom(/** @type {Failure} */ (cause))
    : new Error(cause.message, cause.cause ? { cause: causeFrom(cause.cause) } : undefined);
  // It was raised in the core, so there is no JavaScript stack.
  const code = "code" in error ? ` [${error.code}]` : "";
  error.stack = `${error.name}${code}: ${error.message}`;
  return error;
}

/**
 * An argument of the wrong type, as Node itself reports it.
 * @param {string} message
 */
function wrongType(message) {
  const error = Object.assign(new TypeError(message), { code: "ERR_INVALID_ARG_TYPE" });
  return writeHeader(error, wrongType);
}

module.exports = { ...classes, errorFrom, writeHeader, wrongType };

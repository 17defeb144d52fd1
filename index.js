"use strict";

// The single entry point, for both CommonJS and ES modules. Each export is a separate assignment, so that Node detects
// the names for `import { … }`.

const { version } = require("./package.json");
require("./lib/node-version.js").requireNode();
const errors = require("./lib/errors.js");
const { UserAuthenticationMethodProvider } = require("./lib/provider.js");
const { Auth0UserSecurityService } = require("./lib/service.js");

exports.Auth0UserSecurityService = Auth0UserSecurityService;
exports.UserAuthenticationMethodProvider = UserAuthenticationMethodProvider;

exports.Auth0UserSecurityError = errors.Auth0UserSecurityError;
exports.ConfigurationError = errors.ConfigurationError;
exports.UserNotFoundError = errors.UserNotFoundError;
exports.AmbiguousUserError = errors.AmbiguousUserError;
exports.SessionNotFoundError = errors.SessionNotFoundError;
exports.AccountLinkingError = errors.AccountLinkingError;
exports.AccountProtectionError = errors.AccountProtectionError;
exports.Auth0ApiError = errors.Auth0ApiError;
exports.FleetStoppedError = errors.FleetStoppedError;
exports.InsufficientScopeError = errors.InsufficientScopeError;
exports.FeatureUnavailableError = errors.FeatureUnavailableError;
exports.RateLimitError = errors.RateLimitError;
exports.NetworkError = errors.NetworkError;
exports.TimeoutError = errors.TimeoutError;

exports.VERSION = version;

// The stable code of each error class, as the guide to errors promises them: written down apart from the library.

export const ERROR_CODES = {
  ConfigurationError: "ERR_CONFIGURATION",
  UserNotFoundError: "ERR_USER_NOT_FOUND",
  AmbiguousUserError: "ERR_AMBIGUOUS_USER",
  SessionNotFoundError: "ERR_SESSION_NOT_FOUND",
  AccountLinkingError: "ERR_ACCOUNT_LINKING",
  AccountProtectionError: "ERR_ACCOUNT_PROTECTION",
  Auth0ApiError: "ERR_AUTH0_API",
  InsufficientScopeError: "ERR_INSUFFICIENT_SCOPE",
  FeatureUnavailableError: "ERR_FEATURE_UNAVAILABLE",
  RateLimitError: "ERR_RATE_LIMIT",
  NetworkError: "ERR_NETWORK",
  TimeoutError: "ERR_TIMEOUT",
  Auth0UserSecurityError: "ERR_INTERNAL",
};

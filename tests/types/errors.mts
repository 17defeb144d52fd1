// The error classes narrow by both instanceof and isInstance.

import {
  AmbiguousUserError,
  Auth0ApiError,
  Auth0UserSecurityError,
  ConfigurationError,
  FeatureUnavailableError,
  InsufficientScopeError,
  NetworkError,
  RateLimitError,
  SessionNotFoundError,
  TimeoutError,
  UserNotFoundError,
} from "@archie/auth0-user-security";
import { expectType } from "./expect.mjs";

declare const caught: unknown;

if (caught instanceof Auth0UserSecurityError) {
  expectType<string>()(caught.code);
  expectType<string | undefined>()(caught.operation);
  expectType<Record<string, unknown>>()(caught.toJSON());
  expectType<string>()(caught.message);
  expectType<string | undefined>()(caught.description);
  expectType<string | undefined>()(caught.correlationId);
}
if (caught instanceof ConfigurationError) {
  expectType<string | undefined>()(caught.field);
  expectType<string>()(caught.hint);
}
if (caught instanceof UserNotFoundError) expectType<string | undefined>()(caught.hint);
if (caught instanceof AmbiguousUserError) expectType<string[]>()(caught.userIds);
if (caught instanceof Auth0ApiError) {
  expectType<number>()(caught.statusCode);
  expectType<string | undefined>()(caught.errorCode);
  expectType<string>()(caught.method);
  expectType<string>()(caught.endpoint);
  expectType<number>()(caught.attempts);
  expectType<number | undefined>()(caught.retryAfterMs);
}
if (InsufficientScopeError.isInstance(caught)) {
  expectType<InsufficientScopeError>()(caught);
  expectType<string[]>()(caught.requiredScopes);
}

const family: (typeof Auth0UserSecurityError)[] = [
  ConfigurationError,
  UserNotFoundError,
  AmbiguousUserError,
  SessionNotFoundError,
  Auth0ApiError,
];
const calls: (typeof Auth0ApiError)[] = [
  InsufficientScopeError,
  FeatureUnavailableError,
  RateLimitError,
  NetworkError,
  TimeoutError,
];
void [family, calls];

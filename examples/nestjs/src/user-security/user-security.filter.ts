// Maps the library's errors to HTTP responses.

import {
  Auth0ApiError,
  Auth0UserSecurityError,
  RateLimitError,
  SessionNotFoundError,
  UserNotFoundError,
} from "@archie/auth0-user-security";
import {
  type ArgumentsHost,
  BadGatewayException,
  Catch,
  NotFoundException,
  ServiceUnavailableException,
} from "@nestjs/common";
import { BaseExceptionFilter } from "@nestjs/core";
import type { Response } from "express";

@Catch(Auth0UserSecurityError)
export class UserSecurityFilter extends BaseExceptionFilter {
  override catch(error: Auth0UserSecurityError, host: ArgumentsHost) {
    if (error instanceof RateLimitError) {
      const seconds = Math.ceil((error.retryAfterMs ?? 1000) / 1000);
      host.switchToHttp().getResponse<Response>().setHeader("Retry-After", seconds);
    }
    super.catch(asHttpException(error), host);
  }
}

function asHttpException(error: Auth0UserSecurityError) {
  if (error instanceof SessionNotFoundError || error instanceof UserNotFoundError) {
    return new NotFoundException("There is no such session.");
  }
  if (error instanceof RateLimitError) {
    return new ServiceUnavailableException("Please try again later.");
  }
  if (error instanceof Auth0ApiError) return new BadGatewayException("Please try again later.");
  // Nest logs it and responds with 500.
  return error;
}

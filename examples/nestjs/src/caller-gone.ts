// A signal that cancels a call when its client disconnects.

import { createParamDecorator, type ExecutionContext, HttpException } from "@nestjs/common";
import type { Response } from "express";

/** An AbortSignal that fires when the client disconnects. */
export const CallerGone = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const controller = new AbortController();
  // The call rejects with this reason. Nest does not log an HttpException as an error.
  const reason = new HttpException("The caller has gone.", 499);
  const response = context.switchToHttp().getResponse<Response>();
  response.once("close", () => controller.abort(reason));
  return controller.signal;
});

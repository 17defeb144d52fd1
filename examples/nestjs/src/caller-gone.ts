// A signal for as long as somebody waits for the answer.

import { createParamDecorator, type ExecutionContext, HttpException } from "@nestjs/common";
import type { Response } from "express";

/** An AbortSignal that fires when the caller has gone. */
export const CallerGone = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const controller = new AbortController();
  // A call rejects with the reason of its signal: as an HttpException it is not logged as a fault.
  const reason = new HttpException("The caller has gone.", 499);
  const response = context.switchToHttp().getResponse<Response>();
  response.once("close", () => controller.abort(reason));
  return controller.signal;
});

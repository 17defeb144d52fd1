// STAND-IN for your login check, such as the verification of an access token. Never take the user id
// from the path, the query or the body.

import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  UnauthorizedException,
} from "@nestjs/common";

export interface Login {
  /** The user id. */
  sub: string;
  /** The id of the session that sent the request. */
  sid: string;
}

@Injectable()
export class LoginGuard implements CanActivate {
  canActivate(context: ExecutionContext) {
    const { STAND_IN_SUB: sub, STAND_IN_SID: sid } = process.env;
    if (!sub || !sid) throw new UnauthorizedException("Please sign in.");
    context.switchToHttp().getRequest().login = { sub, sid } satisfies Login;
    return true;
  }
}

/** The login that the guard verified. */
export const SignedIn = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Login => context.switchToHttp().getRequest().login,
);

// Users list and end their own sessions.

import { Controller, Delete, Get, HttpCode, Param, UseGuards } from "@nestjs/common";
import { CallerGone } from "./caller-gone.js";
import { type Login, LoginGuard, SignedIn } from "./login.guard.js";
import { UserSecurityService } from "./user-security/user-security.service.js";

@Controller("me/sessions")
@UseGuards(LoginGuard)
export class SessionsController {
  constructor(private readonly userSecurity: UserSecurityService) {}

  @Get()
  async list(@SignedIn() { sub, sid }: Login, @CallerGone() signal: AbortSignal) {
    const options = { currentSessionId: sid, signal };
    const sessions = await this.userSecurity.findUserSessions(sub, options);
    // Only what the page shows: addresses and user agents are personal data.
    return sessions.map(({ id, name, os, current }) => ({ id, name, os, current }));
  }

  @Delete(":id")
  @HttpCode(204)
  async end(
    @SignedIn() { sub }: Login,
    @Param("id") id: string,
    @CallerGone() signal: AbortSignal,
  ) {
    await this.userSecurity.revokeUserSession(sub, id, { actor: sub, signal });
  }
}

// A NestJS provider around the service, with Nest's own logger. With TypeScript the decorators stand
// in front of the classes instead.
//
//   node examples/nestjs.mjs

import "reflect-metadata";
import { PEOPLE, SESSIONS, startTenant } from "@archie/auth0-tenant-emulator";
import { Auth0UserSecurityService } from "@archie/auth0-user-security";
import { Inject, Injectable, Logger, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { credentialsOf } from "./support/embedded-tenant.mjs";

const CONFIG = Symbol("Auth0Config");

class UserSecurity {
  constructor(config) {
    this.service = new Auth0UserSecurityService(
      { ...config, logLevel: "info" },
      new Logger(UserSecurity.name),
    );
  }

  sessionsOf(userId) {
    return this.service.findUserSessions(userId);
  }

  async signOut(userId, sessionId, actor) {
    await this.service.revokeUserSession(userId, sessionId, { actor });
  }

  async onModuleDestroy() {
    await this.service.close();
  }
}
Injectable()(UserSecurity);
Inject(CONFIG)(UserSecurity, undefined, 0);

const tenant = await startTenant();
try {
  class UserSecurityModule {}
  const config = { provide: CONFIG, useValue: credentialsOf(tenant) };
  Module({ providers: [config, UserSecurity] })(UserSecurityModule);

  const app = await NestFactory.createApplicationContext(UserSecurityModule, { logger: ["log"] });
  const security = app.get(UserSecurity);
  const count = async () => (await security.sessionsOf(PEOPLE.ada)).length;
  console.log(`Ada has ${await count()} sessions.`);
  await security.signOut(PEOPLE.ada, SESSIONS.adaIphone, "support|agent-7");
  console.log(`Ada has ${await count()} sessions.`);
  await app.close();
} finally {
  await tenant.close();
}

// UserSecurityModule.forRoot(config), or forRootAsync({ imports, inject, useFactory }).

import { Module } from "@nestjs/common";
import { APP_FILTER } from "@nestjs/core";
import { UserSecurityFilter } from "./user-security.filter.js";
import { ConfigurableModuleClass } from "./user-security.options.js";
import { UserSecurityService } from "./user-security.service.js";

@Module({
  providers: [UserSecurityService, { provide: APP_FILTER, useClass: UserSecurityFilter }],
  exports: [UserSecurityService],
})
export class UserSecurityModule extends ConfigurableModuleClass {}

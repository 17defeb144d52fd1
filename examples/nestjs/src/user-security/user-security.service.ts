// The library's service as a provider: one per application, with Nest's logger.

import { type Auth0Config, Auth0UserSecurityService } from "@archie/auth0-user-security";
import { Inject, Injectable, Logger, type OnApplicationShutdown } from "@nestjs/common";
import { USER_SECURITY_OPTIONS } from "./user-security.options.js";

@Injectable()
export class UserSecurityService extends Auth0UserSecurityService implements OnApplicationShutdown {
  constructor(@Inject(USER_SECURITY_OPTIONS) options: Auth0Config) {
    super(options, new Logger(UserSecurityService.name));
  }

  /** Runs after the HTTP server has served its last request. */
  async onApplicationShutdown() {
    await this.close();
  }
}

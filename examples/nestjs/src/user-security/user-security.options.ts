// The configuration as a provider, created by forRoot and forRootAsync.

import type { Auth0Config } from "@archie/auth0-user-security";
import { ConfigurableModuleBuilder } from "@nestjs/common";

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: USER_SECURITY_OPTIONS } =
  new ConfigurableModuleBuilder<Auth0Config>().setClassMethodName("forRoot").build();

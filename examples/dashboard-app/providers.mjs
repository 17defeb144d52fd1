// The accounts that users may connect: Auth0's connection names, and the names that we display.

import { UserAuthenticationMethodProvider as Provider } from "@archie/auth0-user-security";

export const PROVIDERS = new Map([
  [Provider.GOOGLE, "Google"],
  [Provider.GITHUB, "GitHub"],
  [Provider.MICROSOFT, "Microsoft"],
  [Provider.APPLE, "Apple"],
]);

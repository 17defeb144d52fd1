// The accounts that people may connect: Auth0's names of the connections, and ours for people.

import { UserAuthenticationMethodProvider as Provider } from "@archie/auth0-user-security";

export const PROVIDERS = new Map([
  [Provider.GOOGLE, "Google"],
  [Provider.GITHUB, "GitHub"],
  [Provider.MICROSOFT, "Microsoft"],
  [Provider.APPLE, "Apple"],
]);

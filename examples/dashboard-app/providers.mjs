// Auth0's names of providers, and the names that people know.

import { UserAuthenticationMethodProvider as Provider } from "@archie/auth0-user-security";

export const PASSWORD = Provider.EMAIL_PASSWORD;

/** The accounts that users may connect here. */
export const PROVIDERS = new Map([
  [Provider.GOOGLE, "Google"],
  [Provider.GITHUB, "GitHub"],
  [Provider.MICROSOFT, "Microsoft"],
  [Provider.APPLE, "Apple"],
]);

/** Those that users may have nonetheless. */
const OTHERS = new Map([
  [PASSWORD, "Email and password"],
  ["facebook", "Facebook"],
  ["linkedin", "LinkedIn"],
  ["samlp", "Single sign-on"],
  ["sms", "Text message"],
]);

export const providerName = (provider) =>
  PROVIDERS.get(provider) ?? OTHERS.get(provider) ?? provider;

// Lists a user's sign-in methods, disconnects one, and shows that the last one cannot be disconnected.
//
//   node examples/sign-in-methods.mjs

import { AccountLinkingError, UserAuthenticationMethodProvider } from "@archie/auth0-user-security";
import { onEmbeddedTenant } from "./support/embedded-tenant.mjs";

const katherine = { email: "katherine@example.com" };

function show(methods) {
  for (const { provider, username, isPrimary } of methods) {
    console.log(`  ${provider}: ${username}${isPrimary ? " (the account itself)" : ""}`);
  }
}

await onEmbeddedTenant(async (service) => {
  const methods = await service.findUserAuthenticationMethods(katherine);
  console.log("Katherine can sign in with:");
  show(methods);

  const { GOOGLE } = UserAuthenticationMethodProvider;
  const google = methods.find(({ provider }) => provider === GOOGLE);
  const rest = await service.disconnectSecondaryAccount(katherine, google);
  console.log("\nRemaining after disconnecting Google:");
  show(rest);

  try {
    await service.disconnectSecondaryAccount(katherine, rest[0]);
  } catch (error) {
    if (!(error instanceof AccountLinkingError)) throw error;
    console.log(`\nThe last one stays: ${error.reason}.`);
  }
});

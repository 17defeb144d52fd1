// Creates a one-time link to set a new password, for an email that the application sends itself.
//
//   node examples/password-ticket.mjs

import { Auth0ApiError } from "@archie/auth0-user-security";
import { onEmbeddedTenant } from "./support/embedded-tenant.mjs";

const afterwards = "https://app.example.com/signed-out";

await onEmbeddedTenant(async (service) => {
  const options = { ttlSeconds: 3600, actor: "support|agent-7" };
  const ticket = await service.generatePasswordChangeTicket(
    { email: "ada@example.com" },
    afterwards,
    options,
  );
  // The link is as powerful as the password. Send it only to the user's own mailbox, and never log it.
  const minutes = Math.round((ticket.expiresAt - Date.now()) / 60_000);
  console.log(`The link to ${new URL(ticket.redirect).pathname} is good for ${minutes} minutes.`);

  try {
    await service.generatePasswordChangeTicket({ email: "grace@example.com" }, afterwards);
  } catch (error) {
    if (!(error instanceof Auth0ApiError)) throw error;
    console.log(`Grace signs in with Google and gets none: ${error.errorCode}.`);
  }
});

// Lists a user's sessions, ends one of them, and then all others.
//
//   node examples/sessions.mjs

import { SESSIONS } from "@archie/auth0-tenant-emulator";
import { SessionNotFoundError } from "@archie/auth0-user-security";
import { onEmbeddedTenant } from "./support/embedded-tenant.mjs";

const ada = { email: "ada@example.com" };
/** In an application, this is the `sid` claim of the caller's ID token. */
const currentSessionId = SESSIONS.adaWindows;

await onEmbeddedTenant(async (service) => {
  const sessions = await service.findUserSessions(ada, { currentSessionId });
  for (const { browser, os, address, current } of sessions) {
    console.log(`${browser} on ${os}, ${address}${current ? " (this one)" : ""}`);
  }

  const phone = sessions.find(({ device }) => device === "Mobile");
  await service.revokeUserSession(ada, phone, { waitUntilGone: true });
  console.log(`\nThe ${phone.name} is signed out.`);

  try {
    await service.revokeUserSession(ada, phone);
  } catch (error) {
    if (!(error instanceof SessionNotFoundError)) throw error;
    console.log("It cannot be signed out twice.");
  }

  const count = await service.revokeOtherUserSessions(ada, currentSessionId);
  console.log(`${count} other sessions were ended too.`);
});

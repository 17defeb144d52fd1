// After a leak: ends the sessions of every user at risk, and sends password links to those with a password.
//
//   node examples/emergency-response.mjs

import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { onEmbeddedTenant } from "./support/embedded-tenant.mjs";

const afterwards = "https://app.example.com/password-changed";
const actor = "incident-42";

/** Ends the sessions first, so that an attacker is signed out before anything else can fail. */
async function respond(service, user) {
  const { sessions, methods, summary } = await service.getUserSecurityDashboard(user);
  const risk = service.assessRisk(sessions, methods);
  if (risk === "low") return { user, risk, action: "none" };
  await service.revokeAllUserSessions(user, { actor, waitUntilGone: true });
  if (!summary.hasPrimaryAuth) return { user, risk, action: "signed out" };
  const link = await service.generatePasswordChangeTicket(user, afterwards, { actor });
  await sendByEmail(user, link);
  return { user, risk, action: "signed out, link sent" };
}

/** In an application, send the link only to the user's own mailbox, and never log it. */
async function sendByEmail(_user, _link) {}

await onEmbeddedTenant(async (service, tenant) => {
  for (const user of [PEOPLE.ada, PEOPLE.grace, PEOPLE.linked]) {
    const { risk, action } = await respond(service, user);
    console.log(`${user}: ${risk} risk, ${action}; sessions left: ${tenant.sessions(user).length}`);
  }
});

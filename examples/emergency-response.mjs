// After a leak: ends the sessions of every user at risk, and lets those with a password change it.
//
//   node examples/emergency-response.mjs

import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { onEmbeddedTenant } from "./support/embedded-tenant.mjs";

const afterwards = "https://app.example.com/password-changed";
const actor = "incident-42";

/** First the sessions: whoever holds one is out before anything else can fail. */
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

/** In an application: to the user's own mailbox, and into no log. */
async function sendByEmail(_user, _link) {}

await onEmbeddedTenant(async (service, tenant) => {
  for (const user of [PEOPLE.ada, PEOPLE.grace, PEOPLE.linked]) {
    const { risk, action } = await respond(service, user);
    console.log(`${user}: ${risk} risk, ${action}; sessions left: ${tenant.sessions(user).length}`);
  }
});

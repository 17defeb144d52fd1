// Prints audit events as they are published, and statistics on a group of users.
//
//   node examples/audit-report.mjs

import { channel } from "node:diagnostics_channel";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { onEmbeddedTenant } from "./support/embedded-tenant.mjs";

const { ada, grace, linked } = PEOPLE;

/** In an application, write the events to append-only storage. */
channel("archie:auth0-user-security:audit").subscribe((event) => {
  const { action, actor, outcome, code } = event;
  console.log(`${actor} ${action}: ${outcome}${code ? ` (${code})` : ""}`);
});

function statisticsOf(users) {
  const total = (count) => users.reduce((sum, user) => sum + count(user.summary), 0);
  const providers = users.flatMap(({ methods }) => methods.map(({ provider }) => provider));
  return {
    users: users.length,
    sessions: total(({ totalSessions }) => totalSessions),
    methods: total(({ totalAuthMethods }) => totalAuthMethods),
    withoutPassword: users.filter(({ summary }) => !summary.hasPrimaryAuth).length,
    providers: [...new Set(providers)].sort().join(", "),
  };
}

await onEmbeddedTenant(async (service) => {
  await service.revokeUserSession(ada, SESSIONS.adaIphone, { actor: ada });
  const foreign = service.revokeUserSession(ada, SESSIONS.graceTablet, { actor: "somebody" });
  await foreign.catch(() => {});
  await service.generatePasswordChangeTicket(ada, { actor: "support|agent-7" });

  const users = await Promise.all(
    [ada, grace, linked].map((id) => service.getUserSecurityDashboard(id)),
  );
  console.table(statisticsOf(users));
  console.table(
    users.map(({ user, sessions, methods, summary }) => ({
      user,
      sessions: summary.totalSessions,
      lastActivity: sessions[0]?.lastActivityAt?.toISOString().slice(0, 10),
      risk: service.assessRisk(sessions, methods),
    })),
  );
});

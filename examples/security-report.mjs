// A security report on one user, in as few requests as possible.
//
//   node examples/security-report.mjs

import { SESSIONS } from "@archie/auth0-tenant-emulator";
import { onEmbeddedTenant } from "./support/embedded-tenant.mjs";

/** A custom policy that replaces the built-in scoring. */
const policy = (sessions) => (sessions.some(({ device }) => device === "Bot") ? "high" : "low");

await onEmbeddedTenant(async (service, tenant) => {
  const { sessions, methods, summary, ...who } = await service.getUserSecurityDashboard(
    { email: "ada@example.com" },
    { currentSessionId: SESSIONS.adaWindows },
  );
  console.log(`${who.user} (${who.userId})`);
  for (const { name, platform, address, lastActivityAt } of sessions) {
    console.log(`  ${name} on ${platform}, ${address}: ${lastActivityAt?.toISOString()}`);
  }
  console.log(`  ${summary.totalAuthMethods} way to sign in: ${methods[0].provider}`);
  const { level, signals } = service.explainRisk(sessions, methods);
  console.log(`\nRisk: ${level}`);
  for (const { id, weight, why } of signals) console.log(`  ${id} (${weight}): ${why}`);
  console.log(`With a policy that flags bots: ${service.assessRisk(sessions, methods, policy)}`);
  console.log(`Requests for all of this: ${tenant.requestCount}, one of them for a token.`);
});

// Dashboard, risk, configuration report and audit events, with exact types.

import {
  type AuditEvent,
  Auth0UserSecurityService,
  type ConfigurationFinding,
  type ConfigurationReport,
  type DashboardOptions,
  type PartialUserSecurityDashboard,
  type RiskExplanation,
  type RiskLevel,
  type RiskPolicy,
  type UnavailablePart,
  type UserAuthenticationMethod,
  type UserSecurityDashboard,
  type UserSecuritySummary,
  type UserSession,
} from "@archie/auth0-user-security";
import { expectType } from "./expect.mjs";

const service = Auth0UserSecurityService.fromEnv();
expectType<Auth0UserSecurityService>()(service);
Auth0UserSecurityService.fromEnv({ logLevel: "info", geoip: { database: "city.mmdb" } }, console);

expectType<Promise<UserSecurityDashboard>>()(service.getUserSecurityDashboard("auth0|1"));
const dashboard = await service.getUserSecurityDashboard(
  { email: "ada@example.com" },
  { currentSessionId: "sid", timeoutMs: 5 },
);
expectType<string>()(dashboard.user);
expectType<string>()(dashboard.userId);
expectType<UserSession[]>()(dashboard.sessions);
expectType<UserAuthenticationMethod[]>()(dashboard.methods);
expectType<UserSecuritySummary>()(dashboard.summary);
expectType<number>()(dashboard.summary.totalSessions);
expectType<number>()(dashboard.summary.totalAuthMethods);
expectType<boolean>()(dashboard.summary.hasSocialAuth);
expectType<boolean>()(dashboard.summary.hasPrimaryAuth);

// Where sessions may be missing, the compiler requires a look first.
const partial = await service.getUserSecurityDashboard("auth0|1", { allowPartial: true });
expectType<number | null>()(partial.summary.totalSessions);
expectType<string | undefined>()(partial.unavailable?.sessions.hint);
if (partial.sessions === null) {
  expectType<PartialUserSecurityDashboard>()(partial);
  expectType<UnavailablePart>()(partial.unavailable.sessions);
} else {
  expectType<UserSession[]>()(partial.sessions);
}
declare const either: boolean;
const options: DashboardOptions = { allowPartial: either };
const perhaps = await service.getUserSecurityDashboard({ sub: "auth0|1" }, options);
expectType<UserSession[] | null>()(perhaps.sessions);
expectType<Promise<UserSecurityDashboard>>()(
  service.getUserSecurityDashboard("auth0|1", { allowPartial: false }),
);

const { sessions, methods } = dashboard;
expectType<RiskLevel>()(service.assessRisk(sessions, methods));
expectType<RiskLevel>()(
  service.assessRisk(sessions, methods, (all, ways) => {
    expectType<UserSession[]>()(all);
    expectType<UserAuthenticationMethod[]>()(ways);
    return all.length > 3 ? "high" : "low";
  }),
);

expectType<RiskExplanation>()(service.explainRisk(sessions, methods));
const policy: RiskPolicy = {
  signals: { bot: 2, networkChanged: 0, refreshTokenReuse: undefined },
  thresholds: { high: 5 },
  events: [{ type: "ferrt" }, {}],
  maxSpeedKmh: 900,
};
const explained = service.explainRisk(sessions, methods, policy);
expectType<RiskLevel>()(explained.level);
expectType<number>()(explained.score);
for (const { id, weight, why } of explained.signals) {
  const named: string = id;
  void named;
  expectType<number>()(weight);
  expectType<string>()(why);
}
// A copy from JSON has texts in place of dates.
service.explainRisk([{ lastActivityAt: "2026-01-31T08:00:00.000Z" }], [{ provider: "github" }]);
service.explainRisk(sessions, methods, (all, ways) => {
  expectType<UserSession[]>()(all);
  expectType<UserAuthenticationMethod[]>()(ways);
  return { level: "high", score: 9, signals: [{ id: "mine", weight: 9, why: "Because." }] };
});

expectType<Promise<ConfigurationReport>>()(service.checkConfiguration());
const report = await service.checkConfiguration({ signal: AbortSignal.timeout(5) });
expectType<boolean>()(report.ok);
for (const finding of report.findings) {
  expectType<ConfigurationFinding>()(finding);
  expectType<string>()(finding.check);
  expectType<boolean>()(finding.ok);
  expectType<string>()(finding.message);
  expectType<string | undefined>()(finding.hint);
}

expectType<Promise<void>>()(service.close());

declare const event: AuditEvent;
expectType<string | null>()(event.actor);
expectType<"success" | "failure" | "cancelled">()(event.outcome);
expectType<string | null>()(event.code);
expectType<string>()(event.correlationId);
expectType<number>()(event.durationMs);
expectType<string>()(event.at);
expectType<Record<string, string | number | null>>()(event.target);
if (event.action === "account.link") expectType<"account.link">()(event.action);

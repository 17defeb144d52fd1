// Runs for many users, as TypeScript sees them.

import {
  type AuditedUser,
  type Auth0UserSecurityService,
  type BulkRevokeResult,
  type EmergencyResult,
  type FleetProgress,
  type FleetRun,
  FleetStoppedError,
  type FleetSummary,
  type IUser,
  type SecurityAuditReport,
  type SelectedUser,
  type UserRef,
} from "@archie/auth0-user-security";

declare const service: Auth0UserSecurityService;
declare const users: IUser[];
declare const stream: AsyncIterable<UserRef>;

const run: FleetRun<BulkRevokeResult, BulkRevokeResult[]> = service.bulkRevokeUserSessions(users);
const all: BulkRevokeResult[] = await run;
const summary: FleetSummary = await run.summary;
const progress: FleetProgress = run.progress;
run.cancel(new Error("enough"));

for await (const { status, error, effects } of service.bulkRevokeUserSessions(stream)) {
  const text: "success" | "error" | "skipped" | "planned" = status;
  console.log(text, error?.toUpperCase(), effects?.[0]?.state);
}

const report: SecurityAuditReport = await service.generateSecurityAuditReport(
  ["auth0|a", { email: "a@b" }],
  {
    policy: { signals: { bot: 2 } },
    skip: (user) => typeof user === "string",
    onProgress: ({ done, total }) => console.log(done, total),
    signal: AbortSignal.timeout(1_000),
  },
);
const audited: AuditedUser | undefined = report.userDetails[0];
const level: "low" | "medium" | "high" | "unknown" | undefined = audited?.riskLevel;

const response: EmergencyResult[] = await service.emergencySecurityResponse(users, {
  redirectUrl: "https://app.example.com/done",
  lock: true,
  ticket: true,
  minRiskLevel: "low",
});

// A selection is a list of users, and each of its users is one.
const selection = service.selectUsers({
  logs: { ip: "203.0.113.7", since: new Date(), until: "2026-01-01T00:00:00Z" },
});
const ended: FleetSummary = await service.bulkBlockUsers(selection).summary;
const complete: boolean = await selection.complete;
for await (const user of service.selectUsers({ organization: "org_a" })) {
  const selected: SelectedUser = user;
  await service.findUserSessions(selected);
}

try {
  await service.bulkGeneratePasswordChangeTickets(users, {
    redirectUrl: "https://app.example.com/",
  });
} catch (error) {
  if (error instanceof FleetStoppedError) console.log(error.summary.stopped?.code, error.code);
}

// @ts-expect-error a single user is not a list
service.bulkRevokeUserSessions({ sub: "auth0|a" });
// @ts-expect-error exactly one kind of selector
service.selectUsers({ page: 1 });
// @ts-expect-error an unknown risk level
service.emergencySecurityResponse(users, { minRiskLevel: "severe" });

console.log(all, summary, progress, level, response, ended, complete);

// checkConfiguration reports what is misconfigured in a tenant, and how to fix it.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { readDocument } from "../../test-support/repository.mjs";
import { scriptedServer, tokenResponse } from "../../test-support/scripted-server.mjs";
import { serviceFor, tenantOf, writes } from "../../test-support/service.mjs";

/** The findings that are not good, by what was checked. */
function problemsOf({ ok, findings }) {
  const problems = findings.filter((finding) => !finding.ok);
  assert.equal(ok, problems.length === 0);
  for (const { message, hint } of problems) assert.ok(message && hint, `${message} / ${hint}`);
  return Object.fromEntries(problems.map(({ check, ...rest }) => [check, rest]));
}

async function check(t, options, config) {
  const tenant = await tenantOf(t, options);
  return problemsOf(await serviceFor(tenant, config).checkConfiguration());
}

test("for a correct configuration every finding is good, and nothing is changed", async (t) => {
  const tenant = await tenantOf(t);
  const report = await serviceFor(tenant).checkConfiguration();
  assert.deepEqual(problemsOf(report), {});
  const checks = report.findings.map(({ check }) => check);
  assert.ok(checks.includes("token") && checks.includes("sessions"), checks.join());
  assert.ok(report.findings.every(({ message, hint }) => message && hint === undefined));
  assert.deepEqual(writes(tenant), []);
});

test("the scopes of the original package's README are not enough, and each missing one is named", async (t) => {
  const scopes = ["read:users", "update:users", "delete:users", "read:user_idp_tokens"];
  const problems = await check(t, { scopes: [...scopes, "create:user_tickets"] });
  assert.deepEqual(Object.keys(problems).sort(), [
    "scopes:bulkRevokeUserSessions",
    "scopes:emergencySecurityResponse",
    "scopes:endUserAccess",
    "scopes:findUserApplications",
    "scopes:findUserFactors",
    "scopes:findUserSessions",
    "scopes:generateSecurityAuditReport",
    "scopes:getUserSecurityDashboard",
    "scopes:limitUserSessions",
    "scopes:removeAllUserFactors",
    "scopes:removeUserFactor",
    "scopes:revokeAllUserSessions",
    "scopes:revokeOtherUserSessions",
    "scopes:revokeRefreshTokens",
    "scopes:revokeUserApplication",
    "scopes:revokeUserSession",
    "sessions",
  ]);
  const lacking = problems["scopes:revokeUserSession"];
  assert.match(lacking.message, /lacks read:sessions and delete:sessions/);
  assert.match(lacking.hint, /Machine to Machine/);
});

const ALL = [
  "read:users",
  "update:users",
  "create:user_tickets",
  "read:sessions",
  "delete:sessions",
  "delete:refresh_tokens",
  "read:refresh_tokens",
  "read:authentication_methods",
  "delete:authentication_methods",
  "delete:grants",
  "read:device_credentials",
  "delete:device_credentials",
];
/** The methods that always need the scope, by the guide's table: scopes after a semicolon are for some calls only. */
function methodsThatNeed(scope) {
  const guide = readDocument("docs/guides/scopes-and-plans.md");
  const rows = [...guide.matchAll(/^\| `(\w+)` \| ([^;|]*)/gm)];
  const methods = rows.filter(([, , scopes]) => scopes.includes(scope)).map(([, name]) => name);
  return scope === "delete:refresh_tokens" ? ["revokeRefreshTokens", ...methods] : methods;
}

for (const scope of ALL) {
  test(`without ${scope}, the methods that need it are named`, async (t) => {
    const problems = await check(t, { scopes: ALL.filter((one) => one !== scope) });
    const named = Object.keys(problems).filter((name) => name.startsWith("scopes:"));
    const methods = methodsThatNeed(scope);
    assert.ok(methods.length > 0);
    assert.deepEqual(named.sort(), methods.map((method) => `scopes:${method}`).sort());
    for (const name of named)
      assert.ok(problems[name].message.includes(scope), problems[name].message);
  });
}

test("the reported scopes are those that the methods really need", async (t) => {
  const tenant = await tenantOf(t, { scopes: ALL });
  const service = serviceFor(tenant);
  const { ada, linked } = PEOPLE;
  await service.getUserSecurityDashboard({ email: "ada@example.com" });
  await service.revokeOtherUserSessions({ email: "ada@example.com" }, "none");
  await service.disconnectSecondaryAccount(linked, {
    provider: "google-oauth2",
    id: "115015401343387192604",
  });
  await service.generatePasswordChangeTicket(ada);
  await service.revokeAllUserSessions(ada);
});

test("a wrong client secret is the only finding", async (t) => {
  const problems = await check(t, {}, { clientSecret: "wrong" });
  assert.deepEqual(Object.keys(problems), ["token"]);
  assert.match(problems.token.message, /clientSecret/);
  assert.ok(!JSON.stringify(problems).includes('"wrong"'));
});

test("an audience that is not a Management API is named", async (t) => {
  const problems = await check(t, {}, { audience: "your-api-audience" });
  assert.deepEqual(Object.keys(problems), ["audience"]);
  assert.match(problems.audience.message, /your-api-audience/);
});

const methods = ["revokeUserSession", "getUserSecurityDashboard"];

test("if refresh tokens are left alone, no scope for them is needed", async (t) => {
  const scopes = ["read:users", "read:sessions", "delete:sessions"];
  const service = serviceFor(await tenantOf(t, { scopes }), { revokeRefreshTokens: false });
  assert.deepEqual(problemsOf(await service.checkConfiguration({ methods })), {});
});

test("only the methods that are named are checked", async (t) => {
  const service = serviceFor(await tenantOf(t, { scopes: ["read:users"] }));
  const report = await service.checkConfiguration({ methods: ["findUserBlocks"] });
  assert.deepEqual(
    report.findings.map(({ check }) => check),
    ["token", "audience", "scopes:findUserBlocks"],
  );
  assert.deepEqual(problemsOf(report), {});
});

test("what refresh tokens need is checked without the scope for sessions", async (t) => {
  const scopes = ["read:users", "read:refresh_tokens", "delete:refresh_tokens"];
  const service = serviceFor(await tenantOf(t, { scopes }));
  const methods = ["findUserApplications", "revokeUserApplication"];
  assert.deepEqual(problemsOf(await service.checkConfiguration({ methods })), {});
  const plan = { sessionManagement: false };
  const problems = problemsOf(
    await serviceFor(await tenantOf(t, plan)).checkConfiguration({ methods }),
  );
  assert.deepEqual(Object.keys(problems), ["sessions"]);
});

test("what endUserAccess ends is for its caller to choose, so no plan is required", async (t) => {
  const service = serviceFor(await tenantOf(t, { sessionManagement: false }));
  const report = await service.checkConfiguration({ methods: ["endUserAccess"] });
  assert.deepEqual(problemsOf(report), {});
});

test("a method that needs no scope, or does not exist, is refused with those that do", async (t) => {
  const service = serviceFor(await tenantOf(t));
  for (const methods of [["close"], ["revokeEverything"], []]) {
    await assert.rejects(service.checkConfiguration({ methods }), {
      name: "TypeError",
      message: /options\.methods must contain one or more of findUserSessions, .*blockUser/,
    });
  }
});

const WITHOUT_OPTIONAL = ALL.filter((scope) => scope !== "read:refresh_tokens");

/** The report's finding for an optional scope. */
async function findingOfOptional(t, scopes, config) {
  const report = await serviceFor(await tenantOf(t, { scopes }), config).checkConfiguration({
    methods,
  });
  assert.deepEqual(problemsOf(report), {});
  return report.findings.find(({ check }) => check === "scopes:waitUntilGone");
}

test("a missing optional scope is named, but is not a problem", async (t) => {
  const { ok, message, hint } = await findingOfOptional(t, WITHOUT_OPTIONAL);
  assert.equal(ok, true);
  assert.match(message, /read:refresh_tokens/);
  assert.match(hint, /Machine to Machine/);
});

test("a granted optional scope is good", async (t) => {
  const { ok, hint } = await findingOfOptional(t, ALL);
  assert.deepEqual({ ok, hint }, { ok: true, hint: undefined });
});

test("if refresh tokens are left alone, the scope to read them is not needed", async (t) => {
  assert.equal(await findingOfOptional(t, ALL, { revokeRefreshTokens: false }), undefined);
});

test("a plan without session management is reported", async (t) => {
  const problems = await check(t, { sessionManagement: false });
  assert.deepEqual(Object.keys(problems), ["sessions"]);
  assert.match(problems.sessions.hint, /Enterprise/);
});

test("a domain that cannot be reached is reported", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  const credentials = { clientId: "c", clientSecret: "s", domain: `http://127.0.0.1:${port}` };
  const service = serviceFor(credentials, { retry: { maxAttempts: 1 } });
  const problems = problemsOf(await service.checkConfiguration());
  assert.deepEqual(Object.keys(problems), ["token"]);
  assert.match(problems.token.hint, /domain/);
});

test("a domain that does not respond is reported within the deadline", async (t) => {
  const server = await scriptedServer(t, { token: "hang" });
  const problems = problemsOf(await serviceFor(server).checkConfiguration({ timeoutMs: 100 }));
  assert.match(problems.token.hint, /domain/);
});

test("a rate limit is reported as one", async (t) => {
  const response = { status: 429 };
  const server = await scriptedServer(t, { token: tokenResponse, api: response });
  const service = serviceFor(server, { retry: { maxAttempts: 1 } });
  const problems = problemsOf(await service.checkConfiguration());
  assert.match(problems.sessions.hint, /later/);
});

const refused = (status, more) => ({
  status,
  body: { statusCode: status, message: "No.", ...more },
});

for (const [name, response, hint] of [
  ["a page", { status: 404, body: "<p>Not found" }, /proxy, gateway or firewall/],
  ["a redirect", { status: 302, headers: { location: "/" } }, /proxy, gateway or firewall/],
  ["a rejected token", refused(401), /audience/],
  ["a missing scope", refused(403, { errorCode: "insufficient_scope" }), /Machine to Machine/],
  ["a refusal", refused(400, { errorCode: "invalid_query_string" }), /Monitoring > Logs/],
  ["a failure", refused(500), /status\.auth0\.com/],
  ["malformed JSON", { body: "{" }, /domain/],
  ["a reset connection", "reset", /domain/],
]) {
  test(`a finding about ${name} says how to fix it, and refers to no other error`, async (t) => {
    const server = await scriptedServer(t, { token: tokenResponse, api: response });
    const service = serviceFor(server, { retry: { maxAttempts: 1 } });
    const { sessions } = problemsOf(await service.checkConfiguration());
    assert.match(sessions.hint, hint);
    assert.doesNotMatch(`${sessions.message} ${sessions.hint}`, /error of the call/);
  });
}

test("a custom domain that issues this tenant's tokens is good", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant, { customDomain: tenant.domain });
  const { findings } = await service.checkConfiguration();
  assert.ok(findings.find(({ check }) => check === "customDomain").ok);
});

for (const [name, response] of [
  ["is another issuer", { issuer: "https://another.example/" }],
  ["is not a login domain", { status: 404, body: "Not found" }],
]) {
  test(`a custom domain that ${name} is reported`, async (t) => {
    const other = await scriptedServer(t, { api: response });
    const problems = await check(t, {}, { customDomain: other.domain });
    assert.deepEqual(Object.keys(problems), ["customDomain"]);
  });
}

test("it can be aborted", async (t) => {
  const server = await scriptedServer(t, { token: "hang" });
  const signal = AbortSignal.timeout(20);
  await assert.rejects(serviceFor(server).checkConfiguration({ signal }), { name: "TimeoutError" });
});

// Sessions and sign-in methods at a glance: correct, and in few requests.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import {
  AmbiguousUserError,
  Auth0ApiError,
  FeatureUnavailableError,
  InsufficientScopeError,
  NetworkError,
  UserNotFoundError,
} from "@archie/auth0-user-security";
import { templates } from "../../test-support/connection.mjs";
import { held, scriptedServer } from "../../test-support/scripted-server.mjs";
import { serviceFor, sharedTenant, tenantOf, writes } from "../../test-support/service.mjs";

const { ada, grace, linked, sms } = PEOPLE;

const refused = (status, more) => ({
  status,
  body: { statusCode: status, message: "No.", ...more },
});

const tenant = await sharedTenant();
const service = serviceFor(tenant);

test("it contains what the single calls return, and a summary of it", async () => {
  const user = { email: "ada@example.com" };
  const [dashboard, sessions, methods] = await Promise.all([
    service.getUserSecurityDashboard(user),
    service.findUserSessions(user),
    service.findUserAuthenticationMethods(user),
  ]);
  assert.deepEqual(dashboard, {
    user: "ada@example.com",
    userId: ada,
    sessions,
    methods,
    summary: {
      totalSessions: 5,
      totalAuthMethods: 1,
      hasSocialAuth: false,
      hasPrimaryAuth: true,
    },
  });
});

for (const [name, id, user, hasSocialAuth, hasPrimaryAuth] of [
  ["password only", ada, "ada@example.com", false, true],
  ["a social login only", grace, "grace@example.com", true, false],
  ["both", linked, "katherine@example.com", true, true],
  ["neither, and no email", sms, sms, true, false],
]) {
  test(`the summary of a user with ${name}`, async () => {
    const { user: shown, summary } = await service.getUserSecurityDashboard(id);
    assert.equal(shown, user);
    assert.deepEqual(
      [summary.hasSocialAuth, summary.hasPrimaryAuth],
      [hasSocialAuth, hasPrimaryAuth],
    );
  });
}

test("the current session is marked", async () => {
  const options = { currentSessionId: SESSIONS.adaWindows };
  const { sessions } = await service.getUserSecurityDashboard(ada, options);
  const current = sessions.filter((session) => session.current).map(({ id }) => id);
  assert.deepEqual(current, [SESSIONS.adaWindows]);
});

test("by email it takes two API requests, neither of which changes anything", async () => {
  await service.getUserSecurityDashboard({ email: "ada@example.com" });
  const calls = templates(tenant).filter((call) => call !== "POST /oauth/token");
  assert.deepEqual(calls, ["GET /api/v2/users-by-email", "GET /api/v2/users/{user_id}/sessions"]);
  assert.deepEqual(writes(tenant), []);
});

test("by an email with capitals it takes three API requests", async () => {
  await service.getUserSecurityDashboard({ email: "Margaret.Hamilton@Example.COM" });
  const calls = templates(tenant).filter((call) => call.includes("/api/v2/"));
  assert.equal(calls.length, 3, calls.join("\n"));
});

test("by id the user and the sessions are requested concurrently", async (t) => {
  const both = held();
  const server = await scriptedServer(t, {
    api: async ({ url }) => {
      if (server.requests.filter((one) => one.url.startsWith("/api/")).length === 2) both.release();
      await both.promise;
      const user = { user_id: ada, identities: [{ provider: "auth0", user_id: "1" }] };
      return url.includes("/sessions") ? { sessions: [] } : user;
    },
  });
  const impatient = serviceFor(server, { timeoutMs: 5000, retry: { maxAttempts: 1 } });
  const { summary } = await impatient.getUserSecurityDashboard(ada);
  assert.deepEqual([summary.totalSessions, summary.totalAuthMethods], [0, 1]);
});

for (const [name, user, type] of [
  ["an unknown id", "auth0|nobody", UserNotFoundError],
  ["an unknown email", { email: "nobody@example.com" }, UserNotFoundError],
  ["a shared email", { email: "shared@example.com" }, AmbiguousUserError],
]) {
  test(`${name} is an error`, async () => {
    await assert.rejects(service.getUserSecurityDashboard(user), type);
  });
}

for (const [form, user] of [
  ["id", ada],
  ["email", { email: "ada@example.com" }],
]) {
  test(`by ${form}, on a plan without sessions it rejects, and with allowPartial has the rest`, async (t) => {
    const basic = serviceFor(await tenantOf(t, { sessionManagement: false }));
    for (const options of [undefined, {}, { allowPartial: false }, { allowPartial: undefined }]) {
      const call = basic.getUserSecurityDashboard(user, options);
      await assert.rejects(call, FeatureUnavailableError);
    }
    const dashboard = await basic.getUserSecurityDashboard(user, { allowPartial: true });
    assert.deepEqual(dashboard, {
      user: "ada@example.com",
      userId: ada,
      sessions: null,
      methods: await basic.findUserAuthenticationMethods(user),
      summary: {
        totalSessions: null,
        totalAuthMethods: 1,
        hasSocialAuth: false,
        hasPrimaryAuth: true,
      },
      unavailable: {
        sessions: {
          code: "ERR_FEATURE_UNAVAILABLE",
          hint: "Session management needs an Enterprise plan. Ask Auth0 to enable it.",
        },
      },
    });
  });
}

test("where the plan has sessions, allowPartial changes nothing", async () => {
  const options = { currentSessionId: SESSIONS.adaWindows };
  assert.deepEqual(
    await service.getUserSecurityDashboard(ada, { ...options, allowPartial: true }),
    await service.getUserSecurityDashboard(ada, options),
  );
});

for (const [name, response, type] of [
  ["a missing scope", refused(403, { errorCode: "insufficient_scope" }), InsufficientScopeError],
  ["a failure", refused(500), Auth0ApiError],
  ["a page", { status: 403, body: "<p>Forbidden" }, Auth0ApiError],
  ["a broken connection", "reset", NetworkError],
]) {
  test(`with allowPartial ${name} still rejects`, async (t) => {
    const user = { user_id: ada, identities: [{ provider: "auth0", user_id: "1" }] };
    const server = await scriptedServer(t, {
      api: ({ url }) => (url.includes("/sessions") ? response : user),
    });
    const once = serviceFor(server, { retry: { maxAttempts: 1 } });
    const call = once.getUserSecurityDashboard(ada, { allowPartial: true });
    await assert.rejects(call, (error) => error.constructor === type);
  });
}

test("allowPartial must be a boolean", async () => {
  const call = service.getUserSecurityDashboard(ada, { allowPartial: "yes" });
  await assert.rejects(call, { code: "ERR_INVALID_ARG_TYPE" });
});

test("without read:sessions there is no partial dashboard", async (t) => {
  const narrow = await tenantOf(t, { scopes: ["read:users"] });
  const call = serviceFor(narrow).getUserSecurityDashboard(ada);
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof InsufficientScopeError, String(error));
    assert.deepEqual(error.requiredScopes, ["read:sessions"]);
    return true;
  });
});

test("it can be aborted, and respects its deadline", async (t) => {
  const server = await scriptedServer(t, { api: "hang" });
  const late = serviceFor(server).getUserSecurityDashboard(ada, { timeoutMs: 50 });
  await assert.rejects(late, { code: "ERR_TIMEOUT" });
  const signal = AbortSignal.timeout(50);
  const aborted = serviceFor(server).getUserSecurityDashboard(ada, { signal });
  await assert.rejects(aborted, { name: "TimeoutError" });
});

const some = (count) => Array.from({ length: count }, (_, index) => ({ id: `s${index}` }));
const by = (...providers) => providers.map((provider) => ({ provider }));

for (const [level, sessions, methods] of [
  ["low", 0, by("email-password")],
  ["low", 1, by("email-password")],
  ["low", 3, by("email-password", "github")],
  ["medium", 4, by("email-password")],
  ["medium", 0, by("github")],
  ["medium", 0, []],
  ["medium", 3, by("github", "apple")],
  ["medium", 4, by("email-password", "github", "apple", "windowslive")],
  ["high", 4, by("github")],
  ["high", 2, by("github", "apple", "windowslive", "google-oauth2")],
]) {
  const ways = methods.map(({ provider }) => provider).join(", ") || "nothing";
  test(`the risk of ${sessions} sessions and sign-in by ${ways} is ${level}`, () => {
    assert.equal(service.assessRisk(some(sessions), methods), level);
  });
}

test("the risk matches the original package's README for everything that a tenant can have", async () => {
  for (const id of Object.values(PEOPLE)) {
    const { sessions, methods } = await service.getUserSecurityDashboard(id);
    assert.equal(service.assessRisk(sessions, methods), originalRisk(sessions, methods), id);
  }
});

/** The points by the original package's README. */
function originalRisk(sessions, methods) {
  const forSessions = sessions.length > 3 ? 2 : Number(sessions.length > 1);
  const forPassword = methods.some(({ provider }) => provider === "email-password") ? 0 : 2;
  const points = forSessions + forPassword + Number(methods.length > 3);
  if (points >= 4) return "high";
  return points >= 2 ? "medium" : "low";
}

test("a custom policy decides instead, and gets all facts", async () => {
  const { sessions, methods } = await service.getUserSecurityDashboard(ada);
  const policy = (...seen) => {
    assert.deepEqual(seen, [sessions, methods]);
    return seen[0].some(({ device }) => device === "Bot") ? "high" : "low";
  };
  assert.equal(service.assessRisk(sessions, methods, policy), "high");
});

test("the error of a policy that throws reaches the caller", () => {
  const policy = () => {
    throw new RangeError("no policy");
  };
  assert.throws(() => service.assessRisk([], [], policy), RangeError);
});

for (const [name, ...args] of [
  ["nothing"],
  ["no lists", null, null],
  ["invalid methods", [], [{}]],
  ["a policy that is not a function", [], [], "strict"],
]) {
  test(`the risk of ${name} is a TypeError with a code`, () => {
    const fault = { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" };
    assert.throws(() => service.assessRisk(...args), fault);
  });
}

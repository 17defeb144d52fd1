// Tests the application against an embedded tenant, by overriding its options and its login guard.

import "reflect-metadata";
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { PEOPLE, SESSIONS, startTenant, type Tenant } from "@archie/auth0-tenant-emulator";
import { type ExecutionContext, Module } from "@nestjs/common";
import { Test } from "@nestjs/testing";
import { AppModule } from "./app.module.js";
import { LoginGuard } from "./login.guard.js";
import { SessionsController } from "./sessions.controller.js";
import { UserSecurityModule } from "./user-security/user-security.module.js";
import { USER_SECURITY_OPTIONS } from "./user-security/user-security.options.js";
import { UserSecurityService } from "./user-security/user-security.service.js";

const ADA = { sub: PEOPLE.ada, sid: SESSIONS.adaWindows };

/** A guard that admits one signed-in user. */
const guardOf = (login: typeof ADA) => ({
  canActivate(context: ExecutionContext) {
    context.switchToHttp().getRequest().login = login;
    return true;
  },
});

const optionsFor = ({ domain, clientId, clientSecret }: Tenant) => ({
  domain,
  clientId,
  clientSecret,
  logLevel: "info" as const,
  timeoutMs: 5000,
});

async function stage(t: TestContext, guard: object = guardOf(ADA)) {
  const tenant = await startTenant();
  t.after(() => tenant.close());
  const lines: string[] = [];
  const errors: string[] = [];
  const log = (message: string) => lines.push(message);
  const error = (message: string) => errors.push(message);
  const testing = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(USER_SECURITY_OPTIONS)
    .useValue(optionsFor(tenant))
    .overrideGuard(LoginGuard)
    .useValue(guard)
    .setLogger({ log, warn: log, error })
    .compile();
  const app = testing.createNestApplication({ forceCloseConnections: true });
  await app.listen(0, "127.0.0.1");
  t.after(() => app.close());
  const sessions = `${await app.getUrl()}/me/sessions`;
  const remove = (id: string, init?: RequestInit) =>
    fetch(`${sessions}/${id}`, { method: "DELETE", ...init });
  return { tenant, app, sessions, remove, lines, errors, service: app.get(UserSecurityService) };
}

test("users see their own sessions, with the current one marked", async (t) => {
  const { sessions } = await stage(t);
  const listed = (await (await fetch(sessions)).json()) as { id: string; current: boolean }[];
  assert.equal(listed.length, 5);
  assert.deepEqual(
    listed.filter(({ current }) => current).map(({ id }) => id),
    [SESSIONS.adaWindows],
  );
});

test("users end one of their sessions, and the audit line goes to Nest's logger", async (t) => {
  const { tenant, remove, lines } = await stage(t);
  assert.equal((await remove(SESSIONS.adaIphone)).status, 204);
  assert.equal(tenant.session(SESSIONS.adaIphone), undefined);
  assert.ok(lines.some((line) => line.includes("audit: session.revoke success")));
});

test("another user's session looks nonexistent, and stays", async (t) => {
  const { tenant, remove } = await stage(t);
  const foreign = await remove(SESSIONS.graceTablet);
  const absent = await remove("no-such-session");
  assert.deepEqual([foreign.status, absent.status], [404, 404]);
  assert.equal(await foreign.text(), await absent.text());
  assert.ok(tenant.session(SESSIONS.graceTablet));
});

test("a user id in the query or the body changes nothing", async (t) => {
  const { tenant, remove } = await stage(t);
  const claim = { sub: PEOPLE.grace, userId: PEOPLE.grace, login: { sub: PEOPLE.grace } };
  const { status } = await remove(`${SESSIONS.graceTablet}?sub=${PEOPLE.grace}`, {
    headers: { "content-type": "application/json" },
    body: JSON.stringify(claim),
  });
  assert.equal(status, 404);
  assert.ok(tenant.session(SESSIONS.graceTablet));
});

test("without a login no request is sent to the tenant", async (t) => {
  const { tenant, sessions, remove } = await stage(t, new LoginGuard());
  assert.equal((await fetch(sessions)).status, 401);
  assert.equal((await remove(SESSIONS.adaIphone)).status, 401);
  assert.equal(tenant.requestCount, 0);
});

test("a failure of the tenant is a 502, a rate limit a 503 with Retry-After", async (t) => {
  const { tenant, sessions } = await stage(t);
  tenant.fault("get_sessions_for_user", { status: 400 });
  assert.equal((await fetch(sessions)).status, 502);
  const headers = { "retry-after": "60" };
  tenant.fault("get_sessions_for_user", { status: 429, headers });
  const limited = await fetch(sessions);
  assert.deepEqual([limited.status, limited.headers.get("retry-after")], [503, "60"]);
});

test("a client that disconnects cancels the call", async (t) => {
  const { tenant, sessions, service, errors } = await stage(t);
  const call = t.mock.method(service, "findUserSessions");
  const caller = new AbortController();
  const leave = ({ operation }: { operation?: string }) => {
    if (operation !== "get_sessions_for_user") return false;
    caller.abort();
    return true;
  };
  tenant.fault(leave, { hang: true });
  await assert.rejects(fetch(sessions, { signal: caller.signal }), { name: "AbortError" });
  await assert.rejects(call.mock.calls[0].result as Promise<unknown>, { status: 499 });
  assert.deepEqual(errors, []);
});

test("closing the application closes the service", async (t) => {
  const { app, service } = await stage(t);
  const close = t.mock.method(service, "close");
  await app.close();
  assert.equal(close.mock.callCount(), 1);
});

test("forRoot accepts a static configuration", async (t) => {
  const tenant = await startTenant();
  t.after(() => tenant.close());
  @Module({
    imports: [UserSecurityModule.forRoot(optionsFor(tenant))],
    controllers: [SessionsController],
  })
  class Fixed {}
  const testing = await Test.createTestingModule({ imports: [Fixed] }).compile();
  t.after(() => testing.close());
  const sessions = await testing.get(UserSecurityService).findUserSessions(PEOPLE.ada);
  assert.equal(sessions.length, 5);
});

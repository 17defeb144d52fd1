// Whatever a server sends, a call stays within its budget and other calls are unaffected.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Auth0ApiError, TimeoutError } from "@archie/auth0-user-security";
import { configOf, runProgram } from "../../test-support/child.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, writes } from "../../test-support/service.mjs";

const config = { retry: { maxAttempts: 1 } };
const USER = { user_id: "auth0|a", email: "a@example.com" };
const ROW = '{"id":"%"}';
const list = (length, row = ROW) => Array.from({ length }, (_, n) => row.replaceAll("%", n)).join();

/** A session list of nearly 8 MiB. */
const LONG = `{"sessions":[${list(500_000)}]}`;

/** Serves `LONG` as the sessions of `auth0|many`, and one session for every other user. */
function longListServer(t) {
  return scriptedServer(t, {
    api({ method, url }) {
      if (method !== "GET") return { status: 202, body: "" };
      if (url.includes("many"))
        return { body: url.includes("/sessions") ? LONG : { ...USER, user_id: "auth0|many" } };
      return { sessions: [{ id: "only" }] };
    },
  });
}

for (const [name, call] of [
  ["findUserSessions", (service) => service.findUserSessions("auth0|many")],
  ["getUserSecurityDashboard", (service) => service.getUserSecurityDashboard("auth0|many")],
]) {
  test(`${name} rejects a page of half a million sessions, and says how to end them`, async (t) => {
    const server = await longListServer(t);
    const service = serviceFor(server, config);
    const error = await rejection(call(service));
    assert.equal(error.constructor, Auth0ApiError, String(error));
    assert.match(error.message, /more than 10,000 sessions.* revokeAllUserSessions/s);
    assert.equal(error.endpoint, "/api/v2/users/{user_id}/sessions");
    const found = await service.findUserSessions("auth0|few");
    assert.deepEqual(
      found.map(({ id }) => id),
      ["only"],
    );
  });
}

test("a page of half a million sessions takes little more memory than its text", async (t) => {
  const server = await longListServer(t);
  const source = `
    import { Auth0UserSecurityService } from "@archie/auth0-user-security";
    const service = new Auth0UserSecurityService(input.config);
    await service.findUserSessions("auth0|few");
    const peak = () => process.resourceUsage().maxRSS / 1024;
    const before = peak();
    await service.findUserSessions("auth0|many").catch(() => {});
    console.log(Math.round(peak() - before));
  `;
  const { stdout, stderr } = await runProgram(source, { config: configOf(server) });
  assert.equal(stderr, "");
  // In MB. Half a million sessions would take 200.
  assert.ok(Number(stdout) < 60, `${stdout} MB`);
});

test("all of half a million sessions can be revoked", async (t) => {
  const server = await longListServer(t);
  await serviceFor(server, config).revokeAllUserSessions("auth0|many");
  const paths = writes(server).map(({ method, url }) => `${method} ${url}`);
  assert.ok(paths.includes("DELETE /api/v2/users/auth0%7Cmany/sessions"), String(paths));
});

/** Serves `count` sessions in pages of 50. */
function pagedServer(t, count) {
  return scriptedServer(t, {
    api({ url }) {
      const from = Number(new URL(url, "http://x").searchParams.get("from") ?? 0);
      const rows = Array.from({ length: Math.min(50, count - from) }, (_, n) => ({
        id: `s${from + n}`,
      }));
      return { sessions: rows, next: from + 50 < count ? `${from + 50}` : undefined };
    },
  });
}

test("ten thousand sessions in pages are listed in full", async (t) => {
  const found = await serviceFor(await pagedServer(t, 10_000)).findUserSessions("auth0|a");
  assert.equal(new Set(found.map(({ id }) => id)).size, 10_000);
});

test("one more session in pages is an error", async (t) => {
  const call = serviceFor(await pagedServer(t, 10_001)).findUserSessions("auth0|a");
  const error = await rejection(call);
  assert.equal(error.constructor, Auth0ApiError, String(error));
  assert.match(error.message, /revokeAllUserSessions/);
});

test("entries that are not sessions count towards the limit", async (t) => {
  const body = `{"sessions":[{"id":"a"},${list(10_000, "{}")}]}`;
  const server = await scriptedServer(t, { api: { body } });
  const error = await rejection(serviceFor(server, config).findUserSessions("auth0|a"));
  assert.match(error.message, /more than 10,000 sessions/);
});

test("sessions of megabytes each are rejected before they fill the memory", async (t) => {
  let page = 0;
  const agent = "x".repeat(1 << 20);
  const api = () => {
    page += 1;
    const ids = [1, 2, 3, 4, 5, 6, 7].map((n) => `p${page}-${n}`);
    const rows = ids.map((id) => ({ id, device: { last_user_agent: agent } }));
    return { sessions: rows, next: `${page}` };
  };
  const error = await rejection(
    serviceFor(await scriptedServer(t, { api }), config).findUserSessions("auth0|a"),
  );
  assert.equal(error.constructor, Auth0ApiError, String(error));
  assert.match(error.message, /their data exceeds/);
  assert.ok(page < 20, `${page} pages`);
});

test("more identities or accounts than any user has are an error", async (t) => {
  const identities = list(10_001, '{"provider":"github","user_id":%}');
  const accounts = list(10_001, '{"user_id":"auth0|%"}');
  const script = ({ url }) => ({
    body: url.includes("users-by-email")
      ? `[${accounts}]`
      : `{"user_id":"auth0|a","identities":[${identities}]}`,
  });
  const service = serviceFor(await scriptedServer(t, { api: script }), config);
  for (const call of [
    () => service.findUserAuthenticationMethods("auth0|a"),
    () => service.findUserSessions({ email: "a@example.com" }),
  ]) {
    const error = await rejection(call());
    assert.equal(error.constructor, Auth0ApiError, String(error));
  }
});

/** Distinct user agents, each of which many rules have to be tried on. */
function hostileAgents(length) {
  const words =
    "Linux Android Windows Mobile Safari bot spider crawler compatible Version Chrome Opera MSIE iPhone";
  const filler = `${words} CFNetwork Darwin okhttp Dalvik SmartTV Tablet Build `.repeat(8);
  return Array.from({ length }, (_, n) => `${n} ${filler.slice(n % 90)}`.slice(0, 1000));
}

test("a list of hostile user agents ends at its deadline, and other calls continue", async (t) => {
  const sessions = hostileAgents(7000).map((last_user_agent, n) => ({
    id: `s${n}`,
    device: { last_user_agent },
  }));
  const body = JSON.stringify({ sessions });
  const server = await scriptedServer(t, {
    api: ({ url }) => (url.includes("hostile") ? { body } : { sessions: [{ id: "only" }] }),
  });
  const service = serviceFor(server, config);
  const hostile = [1, 2].map(() =>
    rejection(service.findUserSessions("auth0|hostile", { timeoutMs: 300 })),
  );
  const others = Array.from({ length: 50 }, () => service.findUserSessions("auth0|other"));
  for (const found of await Promise.all(others)) assert.equal(found[0].id, "only");
  for (const error of await Promise.all(hostile))
    assert.equal(error.constructor, TimeoutError, String(error));
});

test("a call aborted while its user agents are parsed rejects with the reason", async (t) => {
  const sessions = hostileAgents(7000).map((last_user_agent, n) => ({
    id: `s${n}`,
    device: { last_user_agent },
  }));
  const server = await scriptedServer(t, { api: { body: JSON.stringify({ sessions }) } });
  const reason = new Error("enough");
  const controller = new AbortController();
  const call = serviceFor(server, config).findUserSessions("auth0|a", {
    signal: controller.signal,
  });
  await server.quiet();
  controller.abort(reason);
  assert.equal(await rejection(call), reason);
});

test("a long list of ordinary user agents is listed in full, in order", async (t) => {
  const sessions = Array.from({ length: 2000 }, (_, n) => ({
    id: `s${n}`,
    last_interacted_at: new Date(1_700_000_000_000 + n * 1000).toISOString(),
    device: {
      last_user_agent: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/${n}.0.0.0 Safari/537.36`,
    },
  }));
  const server = await scriptedServer(t, { api: { sessions } });
  const found = await serviceFor(server, config).findUserSessions("auth0|a");
  assert.deepEqual(
    found.map(({ id, browser }) => [id, browser]),
    sessions.map(({ id }, n) => [id, `Chrome ${n}.0.0`]).reverse(),
  );
});

// The dashboard over HTTP: who may do what, and what the responses contain.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { changes, dashboardOf, signedIn, Visitor } from "../../test-support/dashboard-app.mjs";

const { ada, grace, linked } = PEOPLE;

const ACTIONS = [
  "/sign-out",
  "/sessions/sign-out",
  "/sessions/sign-out-others",
  "/accounts/connect",
  "/accounts/disconnect",
  "/factors/remove",
  "/applications/remove",
  "/password",
];

test("every page and every file has strict security headers", async (t) => {
  const { visitor, url, tenant } = await signedIn(t);
  for (const path of ["/", "/signed-out", "/password-changed", "/nothing", "/style.css"]) {
    const { headers } = await visitor.get(path);
    assert.equal(
      headers.get("content-security-policy"),
      `default-src 'none';style-src 'self';img-src 'self';form-action 'self' ${tenant.origin};frame-ancestors 'none';base-uri 'none'`,
    );
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("x-frame-options"), "DENY");
    assert.equal(headers.get("referrer-policy"), "same-origin");
    if (path !== "/style.css") assert.equal(headers.get("cache-control"), "no-store", path);
  }
  assert.match((await fetch(`${url}/style.css`)).headers.get("content-type"), /text\/css/);
});

test("the session cookie is not accessible to scripts or other sites", async (t) => {
  const dashboard = await dashboardOf(t);
  const visitor = new Visitor(dashboard);
  const { location } = await visitor.get("/sign-in");
  const { headers } = await visitor.get(await visitor.throughTenant(location, { as: ada }));
  const cookies = headers.getSetCookie().filter((line) => line.startsWith("appSession="));
  assert.equal(cookies.length, 1);
  assert.match(cookies[0], /; HttpOnly; SameSite=Lax$/);
});

test("without signing in nothing can be seen or done", async (t) => {
  const dashboard = await dashboardOf(t);
  const stranger = new Visitor(dashboard);
  assert.match(await stranger.page(), /Look after your account/);
  for (const path of ACTIONS) {
    const { status, location } = await stranger.post(path);
    assert.deepEqual([status, location], [303, "/"], path);
  }
  assert.equal((await stranger.get("/accounts/connected?code=a&state=b")).location, "/");
  assert.deepEqual(changes(dashboard.tenant), []);
});

for (const [name, headers] of [
  ["another site", { origin: "https://evil.example" }],
  ["another port of this host", { origin: "http://localhost:1" }],
  ["a page with an opaque origin", { origin: "null" }],
  ["a client that sends no origin", {}],
]) {
  test(`a form sent by ${name} is rejected and changes nothing`, async (t) => {
    const { visitor, tenant } = await signedIn(t);
    const before = tenant.sessions(ada).length;
    for (const path of [...ACTIONS, "/callback"]) {
      const fields = { id: SESSIONS.adaIphone, provider: "github" };
      const { status, text } = await visitor.post(path, fields, headers);
      assert.equal(status, 403, path);
      assert.match(text, /changes only on these pages/);
    }
    assert.equal(tenant.sessions(ada).length, before);
    assert.deepEqual(changes(tenant), []);
  });
}

test("no action can be triggered by a link", async (t) => {
  const { visitor, tenant } = await signedIn(t);
  for (const path of ACTIONS) assert.equal((await visitor.get(path)).status, 404, path);
  assert.deepEqual(changes(tenant), []);
});

test("content from others is shown as text", async (t) => {
  const dashboard = await dashboardOf(t);
  const { tenant } = dashboard;
  const evil = `"><script>alert(1)</script>`;
  const user_id = tenant.addUser({
    email: `${evil}@example.com`,
    email_verified: true,
    password: "Secret-1",
  }).user_id;
  const device = { last_user_agent: `Mozilla ${evil}`, last_ip: evil };
  tenant.addSession({ user_id, device });
  const visitor = new Visitor(dashboard);
  await visitor.signIn(user_id);
  const text = await visitor.page();
  assert.ok(!text.includes("<script"), text);
  const shown = "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;";
  assert.equal(text.split(`${shown}@example.com`).length, 3, "in the header and in the list");
  assert.ok(text.includes(`<p class="hint">${shown}</p>`), "the address");
});

test("the page takes four requests to Auth0, three of them at once", async (t) => {
  const { visitor, tenant } = await signedIn(t);
  await visitor.page();
  tenant.clearRequests();
  await visitor.page();
  assert.deepEqual(tenant.requests.map(({ operation }) => operation).sort(), [
    "get_authentication-methods",
    "get_refresh_tokens_for_user",
    "get_sessions_for_user",
    "get_users_by_id",
  ]);
});

test("the current session is marked, and has no button in the list", async (t) => {
  const { visitor, sid } = await signedIn(t);
  const text = await visitor.page();
  assert.equal(text.split("This session").length, 2);
  assert.ok(!text.includes(sid), "the id of the current session is nowhere on the page");
  assert.ok(text.includes(SESSIONS.adaIphone));
});

test("sessions show place and day, so that equal devices can be distinguished", async (t) => {
  const { visitor, tenant } = await signedIn(t);
  const text = await visitor.page();
  const rows = text.split("<li>").filter((row) => row.includes("<h3>Chrome on Windows</h3>"));
  assert.equal(rows.length, 2);
  const places = rows.map((row) => /<p class="hint">([^<]+)</.exec(row)[1]);
  assert.deepEqual(places, ["London, United Kingdom", "Linköping, Sweden"]);
  const days = rows.map((row) => /<time datetime="([^T]+)T/.exec(row)[1]);
  const expected = [-2, -12].map((day) => tenant.clock.iso(day * 86_400_000).slice(0, 10));
  assert.deepEqual(days, expected);
});

test("the header has the person's name and email", async (t) => {
  const { visitor } = await signedIn(t);
  assert.match(await visitor.page(), /<p>Ada Lovelace<span class="hint">ada@example\.com<\/span>/);
});

for (const method of ["sign out", "sign out everywhere else", "disconnect", "factor", "app"]) {
  test(`before "${method}" a dialog asks, in a style of its own`, async (t) => {
    const { visitor } = await signedIn(t, method === "disconnect" ? linked : ada);
    const text = await visitor.page();
    const dialogs = text.split('<div class="dialog"').slice(1);
    const action = {
      "sign out": "/sessions/sign-out",
      "sign out everywhere else": "/sessions/sign-out-others",
      disconnect: "/accounts/disconnect",
      factor: "/factors/remove",
      app: "/applications/remove",
    }[method];
    const forms = text.split(`action="${action}"`).length - 1;
    const asking = dialogs.filter((dialog) => dialog.includes(`action="${action}"`));
    assert.ok(forms > 0);
    assert.equal(asking.length, forms, "no form stands outside a dialog");
    for (const dialog of asking) assert.match(dialog, /<button class="danger">/);
  });
}

test("one session is signed out, and a message says so once", async (t) => {
  const { visitor, tenant } = await signedIn(t);
  const response = await visitor.post("/sessions/sign-out", { id: SESSIONS.adaIphone });
  assert.deepEqual([response.status, response.location], [303, "/"]);
  assert.equal(tenant.session(SESSIONS.adaIphone), undefined);
  const text = await visitor.page();
  const said = "Mobile Safari on iOS (London, United Kingdom) was signed out.";
  assert.ok(text.includes(`<p class="message" role="status">${said}</p>`), text);
  assert.ok(text.includes(`<title>${said} – Account security</title>`), text);
  assert.ok(!(await visitor.page()).includes("was signed out."));
});

for (const [name, fields] of [
  ["of another person", { id: SESSIONS.graceTablet }],
  ["of another person, with that person's id", { id: SESSIONS.graceTablet, sub: grace }],
  ["that does not exist", { id: "375UIp_ID5mCTClIeBEHpXfGwq51tF_X" }],
  ["that cannot exist", { id: "../users" }],
]) {
  test(`a session ${name} is not found`, async (t) => {
    const { visitor, tenant } = await signedIn(t);
    const path = `/sessions/sign-out?sub=${encodeURIComponent(grace)}`;
    const { status, text } = await visitor.post(path, { user: grace, ...fields });
    assert.equal(status, 404);
    assert.match(text, /There is no such session/);
    assert.ok(tenant.session(SESSIONS.graceTablet));
    assert.deepEqual(changes(tenant), []);
  });
}

test("signing out all other sessions counts only those of the user", async (t) => {
  const { visitor, tenant, sid } = await signedIn(t);
  await visitor.post("/sessions/sign-out-others", { sub: grace });
  assert.match(await visitor.page(), /6 other sessions were signed out\./);
  assert.ok(tenant.session(sid));
  assert.equal(tenant.sessions(grace).length, 2);
});

test("a session that was revoked elsewhere is signed out at its next request, whichever it is", async (t) => {
  const { dashboard, visitor, tenant, sid } = await signedIn(t);
  const other = new Visitor(dashboard);
  await other.signIn(ada);
  for (const path of ["/", ...ACTIONS.filter((path) => path !== "/sign-out")]) {
    const thief = new Visitor(dashboard);
    const id = await thief.signIn(ada);
    await other.post("/sessions/sign-out", { id });
    tenant.clearRequests();
    const response = path === "/" ? await thief.get(path) : await thief.post(path, { id: sid });
    assert.deepEqual([response.status, response.location], [303, "/signed-out"], path);
    assert.deepEqual(changes(tenant), []);
    assert.match(await thief.page(), /Look after your account/, "the cookie is gone as well");
  }
  assert.match(await visitor.page(), /Your account/);
});

test("a user whose account was deleted is signed out", async (t) => {
  const { visitor, tenant } = await signedIn(t);
  tenant.removeUser(ada);
  assert.equal((await visitor.get("/")).location, "/signed-out");
});

for (const [name, status, fault, pattern] of [
  [
    "rejects requests for its rate limit",
    503,
    { status: 429, headers: { "retry-after": "120" } },
    /in \d+ s/,
  ],
  ["cannot be reached", 503, { reset: "before" }, /cannot be reached/],
  ["refuses", 502, { status: 403 }, /The sign-in service rejected the request/],
]) {
  test(`when Auth0 ${name}, access is denied, and the page says why`, async (t) => {
    t.mock.method(console, "error", () => {});
    const { visitor, tenant } = await signedIn(t);
    tenant.fault("get_sessions_for_user", fault, Number.POSITIVE_INFINITY);
    const response = await visitor.get("/");
    assert.equal(response.status, status);
    assert.match(response.text, pattern);
    assert.ok(!response.text.includes("ada@example.com"));
    assert.equal(response.headers.has("retry-after"), fault.status === 429);
  });
}

test("signing out ends the session at Auth0, and redirects there to remove its cookie", async (t) => {
  const { visitor, tenant, sid, url } = await signedIn(t);
  const { location } = await visitor.post("/sign-out");
  tenant.settle();
  assert.equal(tenant.session(sid), undefined);
  const target = new URL(location);
  assert.equal(`${target.origin}${target.pathname}`, `${tenant.origin}/v2/logout`);
  assert.equal(target.searchParams.get("returnTo"), url);
  assert.match(await visitor.page(), /Look after your account/);
});

for (const [name, operations, fault] of [
  ["cannot be reached", /./, { reset: "before" }],
  ["refuses", /^(revoke|delete)_/, { status: 403 }],
]) {
  test(`signing out works even when Auth0 ${name}`, async (t) => {
    const log = t.mock.method(console, "error", () => {});
    const { visitor, tenant } = await signedIn(t);
    tenant.fault(({ operation }) => operations.test(operation), fault, Number.POSITIVE_INFINITY);
    const { location } = await visitor.post("/sign-out");
    assert.equal(new URL(location).pathname, "/v2/logout");
    assert.match(await visitor.page(), /Look after your account/);
    assert.equal(log.mock.callCount(), 1);
  });
}

test("signing out of a session that was revoked elsewhere redirects to Auth0 to remove its cookie", async (t) => {
  const log = t.mock.method(console, "error", () => {});
  const { dashboard, visitor, sid } = await signedIn(t);
  const other = new Visitor(dashboard);
  await other.signIn(ada);
  await other.post("/sessions/sign-out", { id: sid });
  assert.equal(new URL((await visitor.post("/sign-out")).location).pathname, "/v2/logout");
  assert.equal(log.mock.callCount(), 0);
});

test("a cancelled sign-in is reported without quoting anything", async (t) => {
  const dashboard = await dashboardOf(t);
  const visitor = new Visitor(dashboard);
  const { location } = await visitor.get("/sign-in");
  const back = await visitor.throughTenant(location, { as: ada, deny: true });
  const { status, text } = await visitor.get(back);
  assert.equal(status, 400);
  assert.match(text, /Sign in<\/a>/);
  assert.ok(!text.includes("authorize"));
});

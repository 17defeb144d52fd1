// The dashboard over HTTP: second factors, and the apps with access to an account.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE, USER_AGENTS } from "@archie/auth0-tenant-emulator";
import {
  changes,
  dashboardOf,
  redirectTarget,
  signedIn,
  signedInLongAgo,
  Visitor,
} from "../../test-support/dashboard-app.mjs";

const { ada, dorothy, grace, linked } = PEOPLE;
const FORBIDDEN = { statusCode: 403, error: "Forbidden", message: "This feature is not enabled." };

const section = (text, id) =>
  new RegExp(`<section class="card" aria-labelledby="${id}">.*?</section>`, "s").exec(text)[0];
const headings = (text) => [...text.matchAll(/<h3>(.*?)<\/h3>/gs)].map(([, name]) => name);
const factorsOf = (tenant, user) => tenant.authenticationMethods(user).map(({ type }) => type);
const factorOf = (tenant, user, type) =>
  tenant.authenticationMethods(user).find((factor) => factor.type === type);
const clientsOf = (tenant, user) => tenant.refreshTokens(user).map((token) => token.client_id);

/** The fields of the form in the dialog with this title, as a browser would send them. */
function formIn(text, title) {
  const dialog = text.split('<div class="dialog"').find((one) => one.includes(`>${title}</h3>`));
  const fields = dialog.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g);
  return Object.fromEntries([...fields].map(([, name, value]) => [name, value]));
}

test("factors have a name, a number and dates; unfinished ones are marked, the password is left out", async (t) => {
  const { visitor, tenant } = await signedIn(t);
  tenant.addAuthenticationMethod({ user_id: ada, type: "password", confirmed: true });
  const key = { user_id: ada, type: "webauthn-roaming", name: "Blue one", confirmed: false };
  tenant.addAuthenticationMethod(key);
  tenant.addAuthenticationMethod({ user_id: ada, type: "voiceprint", confirmed: true });
  const text = section(await visitor.page(), "factors");
  const names = headings(text.replaceAll(/<div class="dialog".*?<\/div>/gs, ""));
  assert.deepEqual(names, [
    "Authenticator app",
    "Phone",
    "Passkey",
    "Recovery code",
    'Security key <span class="badge warning">Not finished</span>',
    "voiceprint",
  ]);
  assert.match(text, /<p class="hint">Number ending in 5044<\/p>/);
  assert.match(text, /<p class="hint">MacBook<\/p>/);
  assert.match(text, /Added <time datetime="/);
  assert.match(text, /Used yesterday/);
  assert.ok(!text.includes("XXXX"));
});

test("a session that someone else opened on the user's behalf says who", async (t) => {
  const { visitor, tenant } = await signedIn(t);
  tenant.addSession({ user_id: ada, actor: { sub: "support|<7>" } });
  const text = await visitor.page();
  assert.match(text, /Opened on your behalf by support\|&lt;7&gt;/);
  assert.equal([...text.matchAll(/on your behalf/g)].length, 1);
});

test("a factor is removed, the others stay, and the message names it", async (t) => {
  const { visitor, tenant } = await signedIn(t);
  const fields = formIn(await visitor.page(), "Remove passkey “MacBook”?");
  assert.deepEqual(fields, { id: factorOf(tenant, ada, "passkey").id });
  const { status, location } = await visitor.post("/factors/remove", fields);
  assert.deepEqual([status, location], [303, "/"]);
  assert.deepEqual(factorsOf(tenant, ada), ["totp", "phone", "recovery-code"]);
  assert.match(
    await visitor.page(),
    /role="status">The passkey “MacBook” was removed\. Browsers will be asked for a second step again\.</,
  );
});

/** A visitor whose account has one second step, and a recovery code. */
async function withOneFactor(t, person) {
  const here = await signedIn(t, person);
  for (const [type, name] of [
    ["totp", "Work"],
    ["recovery-code", undefined],
  ]) {
    here.tenant.addAuthenticationMethod({ user_id: person, type, name, confirmed: true });
  }
  return { ...here, title: "Remove authenticator app “Work”?" };
}

test("the last factor is removed only by the dialog that says what is left", async (t) => {
  const { visitor, tenant, title } = await withOneFactor(t, linked);
  const page = await visitor.page();
  assert.match(page, /No second step is left after that: your password alone protects/);
  const { last, ...unaware } = formIn(page, title);
  await visitor.post("/factors/remove", unaware);
  assert.match(await visitor.page(), /role="alert">Nothing was removed/);
  assert.deepEqual(factorsOf(tenant, linked), ["totp", "recovery-code"]);
  assert.deepEqual(changes(tenant), []);
  await visitor.post("/factors/remove", { ...unaware, last });
  assert.match(
    await visitor.page(),
    /role="status">The authenticator app “Work” was removed\. You have no second step now\.</,
  );
  assert.deepEqual(factorsOf(tenant, linked), ["recovery-code"]);
});

test("without a password, the account that somebody signs in with is what is left", async (t) => {
  const { visitor } = await withOneFactor(t, grace);
  assert.match(await visitor.page(), /the account that you sign in with alone protects/);
});

test("a factor whose setup was never finished can be removed although it is the only one", async (t) => {
  const { visitor, tenant } = await signedIn(t, grace);
  const factor = { user_id: grace, type: "phone", phone_number: "+14255550123", confirmed: false };
  tenant.addAuthenticationMethod(factor);
  const page = await visitor.page();
  assert.match(page, /so it protects nothing/);
  await visitor.post("/factors/remove", formIn(page, "Remove phone ending in 0123?"));
  assert.deepEqual(factorsOf(tenant, grace), []);
  assert.match(await visitor.page(), /Nothing is set up for your account/);
});

for (const [name, path, field, value] of [
  [
    "factor of another person",
    "/factors/remove",
    "id",
    (tenant) => factorOf(tenant, dorothy, "totp").id,
  ],
  ["factor that does not exist", "/factors/remove", "id", () => "totp|dev_0000000000000000"],
  ["factor that cannot exist", "/factors/remove", "id", () => "../sessions"],
  ["app of another person", "/applications/remove", "clientId", (tenant) => tenant.clientId],
  ["app that cannot exist", "/applications/remove", "clientId", () => "../users"],
]) {
  test(`a ${name} is not found`, async (t) => {
    const { visitor, tenant } = await signedIn(t);
    const fields = { [field]: value(tenant), last: "true", sub: dorothy, user: dorothy };
    const { status, text } = await visitor.post(`${path}?sub=${dorothy}`, fields);
    assert.equal(status, 404);
    assert.match(text, /That is no longer there/);
    assert.deepEqual(changes(tenant), []);
  });
}

test("removing a factor requires a fresh sign-in; removing an app does not", async (t) => {
  const { visitor, tenant } = await signedInLongAgo(t);
  const page = await visitor.page();
  const fields = formIn(page, "Remove passkey “MacBook”?");
  const stale = await visitor.post("/factors/remove", fields);
  assert.equal(stale.status, 403);
  assert.match(stale.text, /href="\/sign-in\/again"/);
  assert.deepEqual(changes(tenant), []);
  const app = formIn(page, "Remove access of Mobile App?");
  assert.equal((await visitor.post("/applications/remove", app)).status, 303);
});

test("apps have a name and the devices on which they are used", async (t) => {
  const { visitor, tenant } = await signedIn(t);
  for (const client_id of ["unknown-client", "busy"]) tenant.addClient({ client_id });
  tenant.addRefreshToken({ user_id: ada, client_id: "unknown-client" });
  for (let left = 4; left > 0; left -= 1) {
    tenant.addRefreshToken({ user_id: ada, client_id: "busy", session_id: `session-${left}` });
  }
  const text = section(await visitor.page(), "applications");
  assert.match(text, /<h3>Mobile App<\/h3>/);
  assert.match(text, /<h3>Photo Album<\/h3>/);
  assert.match(text, /<h3>unknown-client<\/h3>/);
  assert.match(text, /Chrome on Windows \(Linköping, Sweden\)/);
  assert.match(text, /Mobile Safari on iOS \(London, United Kingdom\)/);
  assert.match(text, /Unknown device \(Unknown place\)/);
  assert.match(text, /<h3>busy<\/h3>(?:(?!<h3>).)*and 1 more/s);
});

test("an app's access is removed, that of others stays, and the message names it", async (t) => {
  const { visitor, tenant } = await signedIn(t);
  const fields = formIn(await visitor.page(), "Remove access of Photo Album?");
  const { status, location } = await visitor.post("/applications/remove", fields);
  assert.deepEqual([status, location], [303, "/"]);
  const text = await visitor.page();
  assert.match(text, /role="status">The access of Photo Album was removed\./);
  assert.deepEqual(headings(section(text, "applications")).slice(0, 1), ["Mobile App"]);
  assert.equal(clientsOf(tenant, ada).length, 1);
  assert.equal(clientsOf(tenant, dorothy).length, 2);
});

test("the app in use is marked, and signing out is the way to leave it", async (t) => {
  const { visitor, tenant, clientId } = await signedIn(t, linked);
  const device = { last_user_agent: USER_AGENTS.chromeWindows };
  tenant.addRefreshToken({ user_id: linked, client_id: clientId, device });
  const text = section(await visitor.page(), "applications");
  assert.deepEqual(headings(text), ['Account security <span class="badge">This app</span>']);
  assert.ok(!text.includes("<button"));
});

test("who has neither factors nor apps reads just that", async (t) => {
  const { visitor } = await signedIn(t, linked);
  const text = await visitor.page();
  assert.match(section(text, "factors"), /Nothing is set up for your account/);
  assert.match(section(text, "applications"), /No app stays signed in to your account/);
});

test("names of factors and apps are shown as text", async (t) => {
  const { visitor, tenant } = await signedIn(t, linked);
  const evil = `"><b>x</b>`;
  tenant.addAuthenticationMethod({ user_id: linked, type: evil, name: evil, confirmed: true });
  tenant.addClient({ client_id: evil });
  tenant.addRefreshToken({ user_id: linked, client_id: evil, device: { last_ip: evil } });
  const text = await visitor.page();
  assert.ok(!text.includes("<b>"));
  assert.ok(text.includes("Remove access of &quot;&gt;&lt;b&gt;x&lt;/b&gt;?"));
});

test("without their scopes, both sections say so, and the others work", async (t) => {
  const dashboard = await dashboardOf(t);
  dashboard.tenant.setScopes(["read:users", "read:sessions", "create:user_tickets"]);
  const visitor = new Visitor(dashboard);
  await visitor.signIn(ada);
  const { status, text } = await visitor.get("/");
  assert.equal(status, 200);
  assert.match(section(text, "factors"), /not allowed to show your second steps/);
  assert.match(section(text, "applications"), /not allowed to show your apps/);
  assert.match(section(text, "sessions"), /Mobile Safari on iOS/);
  assert.match(section(text, "methods"), /ada@example\.com/);
  assert.ok(redirectTarget(await visitor.post("/password")));
});

test("on a plan without refresh token management, only the section of apps says so", async (t) => {
  const { visitor, tenant } = await signedIn(t);
  const fault = { status: 403, body: FORBIDDEN };
  tenant.fault("get_refresh_tokens_for_user", fault, Number.POSITIVE_INFINITY);
  const text = await visitor.page();
  assert.match(section(text, "applications"), /not allowed to show your apps/);
  assert.match(section(text, "factors"), /MacBook/);
});

test("any other failure of one of the lists is a failure of the page", async (t) => {
  t.mock.method(console, "error", () => {});
  const { visitor, tenant } = await signedIn(t);
  tenant.fault("get_authentication-methods", { reset: "before" }, Number.POSITIVE_INFINITY);
  const { status, text } = await visitor.get("/");
  assert.equal(status, 503);
  assert.match(text, /cannot be reached/);
});

for (const [path, body] of [
  ["/factors/remove", ""],
  ["/factors/remove", "id="],
  ["/factors/remove", "id=a&id=b"],
  ["/applications/remove", "client_id=a"],
  ["/applications/remove", "clientId[]=a"],
]) {
  test(`${path} rejects ${JSON.stringify(body)}`, async (t) => {
    const { visitor, tenant } = await signedIn(t);
    assert.equal((await visitor.post(path, body)).status, 400);
    assert.deepEqual(changes(tenant), []);
  });
}

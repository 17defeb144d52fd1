import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { launch, openPage, serveScript, signIn, skip } from "../test-support/browser.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

// Auth0's libraries for scripts in a browser, unmodified, in Chromium: what they do in hidden frames and
// across origins is up to the browser.

const SPA_JS = "@auth0/auth0-spa-js/dist/auth0-spa-js.production.js";
const AUTH0_JS = "auth0-js/dist/auth0.min.js";
let tenant;
let secure;
let browser;

before(async () => {
  if (skip) return;
  // First, because nothing else must run if it fails.
  browser = await launch();
  [tenant, secure] = await Promise.all([startTenant(), startTenant({ https: true })]);
});
beforeEach(() => tenant?.reset());
after(() => Promise.all([tenant?.close(), secure?.close(), browser?.close()]));

/** Starts an application without a server side, registers it and opens it in a browser of its own. */
async function openApp(t, script, { in: where = tenant, ...client } = {}) {
  const origin = await serveScript(t, script, { isSecure: where === secure });
  const { client_id: clientId } = where.addClient({
    name: "Single page",
    token_endpoint_auth_method: "none",
    callbacks: [origin],
    web_origins: [origin],
    allowed_logout_urls: [origin],
    ...client,
  });
  const page = await openPage(t, browser);
  await page.goto(origin);
  const options = { domain: where.domain, clientId, authorizationParams: { redirect_uri: origin } };
  return { page, origin, options, clientId };
}

/** Creates a client of auth0-spa-js in the page, as `client`. */
const createClient = (page, options) =>
  page.evaluate((given) => {
    globalThis.client = new globalThis.auth0.Auth0Client(given);
  }, options);

/** Runs what makes the page go elsewhere, and waits until it has arrived. */
async function leaveBy(page, action, argument) {
  const arrived = page.waitForEvent("load");
  await page.evaluate(action, argument);
  await arrived;
}

/** Signs in with auth0-spa-js by a redirect, and returns the user. */
async function loginWithRedirect({ page, origin, options }, email = "ada@example.com") {
  await createClient(page, options);
  await leaveBy(page, () => {
    globalThis.client.loginWithRedirect({ appState: { from: "here" } });
  });
  await signIn(page, email);
  await page.waitForURL(`${origin}/?**`);
  await createClient(page, options);
  const { appState } = await page.evaluate(() => globalThis.client.handleRedirectCallback());
  assert.deepEqual(appState, { from: "here" });
  return page.evaluate(() => globalThis.client.getUser());
}

/** A client that has forgotten everything, in a page that was loaded again. */
async function reload({ page, origin, options }) {
  await page.goto(origin);
  await createClient(page, options);
}

const silentToken = (page, options = {}) =>
  page.evaluate(
    (given) =>
      globalThis.client.getTokenSilently(given).catch(({ error, message }) => ({ error, message })),
    options,
  );

test("auth0-spa-js: login by redirect, silent login in a frame, logout", { skip }, async (t) => {
  const app = await openApp(t, SPA_JS);
  const { page, origin } = app;
  assert.equal((await loginWithRedirect(app)).sub, PEOPLE.ada);
  await reload(app);
  const token = await silentToken(page);
  assert.equal(typeof token, "string", JSON.stringify(token));
  assert.equal((await page.evaluate(() => globalThis.client.getUser())).email, "ada@example.com");
  await leaveBy(
    page,
    (returnTo) => {
      globalThis.client.logout({ logoutParams: { returnTo } });
    },
    origin,
  );
  await reload(app);
  assert.equal((await silentToken(page)).error, "login_required");
});

/** The refresh tokens that were presented, in JSON or in a form. */
const presented = () =>
  tenant.requests
    .filter(({ operation }) => operation === "oauth_token")
    .map(({ body, json }) => json?.refresh_token ?? new URLSearchParams(body).get("refresh_token"))
    .filter((token) => token !== null);

for (const [cacheLocation, where] of [
  ["localstorage", "in the page"],
  ["memory", "in its worker"],
]) {
  test(`auth0-spa-js: refresh tokens rotate ${where}`, { skip }, async (t) => {
    const app = await openApp(t, SPA_JS, { rotating: true });
    Object.assign(app.options, { useRefreshTokens: true, cacheLocation });
    await loginWithRedirect(app);
    for (let round = 0; round < 2; round += 1) {
      assert.equal(typeof (await silentToken(app.page, { cacheMode: "off" })), "string");
    }
    assert.equal(new Set(presented()).size, 2);
    const tokens = tenant.refreshTokens(PEOPLE.ada);
    assert.equal(tokens.filter((row) => row.client_id === app.clientId).length, 1);
  });
}

test("auth0-spa-js: a popup receives the result of a login that a person typed", {
  skip,
}, async (t) => {
  const { page, options } = await openApp(t, SPA_JS);
  await createClient(page, options);
  const opened = page.waitForEvent("popup");
  const done = page.evaluate(() => globalThis.client.loginWithPopup());
  await signIn(await opened, "ada@example.com");
  await done;
  assert.equal((await page.evaluate(() => globalThis.client.getUser())).sub, PEOPLE.ada);
});

test("auth0-spa-js: an application of somebody else is told that consent is required", {
  skip,
}, async (t) => {
  const app = await openApp(t, SPA_JS, { is_first_party: false });
  const { page, origin, options } = app;
  await createClient(page, options);
  await leaveBy(page, () => {
    globalThis.client.loginWithRedirect();
  });
  await signIn(page, "ada@example.com");
  await page.getByRole("button", { name: "Accept" }).click();
  await page.waitForURL(`${origin}/?**`);
  await reload(app);
  assert.equal(typeof (await silentToken(page)), "string");
  const more = { cacheMode: "off", authorizationParams: { scope: "phone" } };
  assert.equal((await silentToken(page, more)).error, "consent_required");
});

test("auth0-spa-js over HTTPS: login by redirect, silent login in a frame", { skip }, async (t) => {
  const app = await openApp(t, SPA_JS, { in: secure });
  assert.equal((await loginWithRedirect(app)).sub, PEOPLE.ada);
  await reload(app);
  assert.equal(typeof (await silentToken(app.page)), "string");
});

test("an origin that the application does not list receives no message", { skip }, async (t) => {
  const { page, origin, options } = await openApp(t, SPA_JS, { web_origins: [] });
  await createClient(page, options);
  const { error } = await silentToken(page, { timeoutInSeconds: 1 });
  assert.equal(error, "timeout");
  const refused = tenant.requests.find(({ operation }) => operation === "authorize");
  assert.equal(refused.status, 403);
  assert.ok(refused.responseBody.includes(`&quot;web_origins&quot;: [&quot;${origin}&quot;]`));
});

/** Creates a client of auth0-js in the page. It expects the tenant's tokens to come from an https address. */
async function createWebAuth({ page, origin, clientId }, more = {}) {
  const options = {
    domain: secure.domain,
    clientID: clientId,
    redirectUri: origin,
    responseType: "token id_token",
    scope: "openid profile email",
    ...more,
  };
  await page.evaluate((given) => {
    globalThis.client = new globalThis.auth0.WebAuth(given);
  }, options);
}

/** The outcome of a method of auth0-js that takes a callback. */
const outcomeOf = (page, method, options) =>
  page.evaluate(
    ([name, given]) =>
      new Promise((done) => {
        globalThis.client[name](given, (error, result) =>
          done({
            error: error?.error,
            sub: result?.idTokenPayload?.sub,
            token: result?.accessToken,
          }),
        );
      }),
    [method, options],
  );

test("auth0-js: login by redirect, checkSession, userInfo and logout", { skip }, async (t) => {
  const app = await openApp(t, AUTH0_JS, { in: secure });
  const { page, origin } = app;
  await createWebAuth(app);
  assert.equal((await outcomeOf(page, "checkSession", {})).error, "login_required");
  await leaveBy(page, () => globalThis.client.authorize());
  await signIn(page, "ada@example.com");
  await page.waitForURL(`${origin}/#**`);
  await createWebAuth(app);
  const { sub, token } = await outcomeOf(page, "parseHash", {});
  assert.equal(sub, PEOPLE.ada);
  assert.equal((await outcomeOf(page, "checkSession", {})).sub, PEOPLE.ada);
  const email = (access) =>
    new Promise((done) => {
      globalThis.client.client.userInfo(access, (_error, user) => done(user?.email));
    });
  assert.equal(await page.evaluate(email, token), "ada@example.com");
  await leaveBy(page, (returnTo) => globalThis.client.logout({ returnTo }), origin);
  await createWebAuth(app);
  assert.equal((await outcomeOf(page, "checkSession", {})).error, "login_required");
});

test("auth0-js: a page changes a person's metadata through the Management API", {
  skip,
}, async (t) => {
  const app = await openApp(t, AUTH0_JS, { in: secure });
  const { page, origin } = app;
  const scope = "openid read:current_user update:current_user_metadata";
  const access = { audience: secure.audience, scope };
  await createWebAuth(app, access);
  await leaveBy(page, () => globalThis.client.authorize());
  await signIn(page, "ada@example.com");
  await page.waitForURL(`${origin}/#**`);
  await createWebAuth(app, access);
  const { token } = await outcomeOf(page, "parseHash", {});
  const change = ([options, id]) =>
    new Promise((done) => {
      const management = new globalThis.auth0.Management(options);
      management.patchUserMetadata(id, { color: "blue" }, (error) => {
        if (error) done(error);
        else management.getUser(id, (failure, user) => done(failure ?? user.user_metadata));
      });
    });
  const metadata = await page.evaluate(change, [{ domain: secure.domain, token }, PEOPLE.ada]);
  assert.equal(metadata.color, "blue");
});

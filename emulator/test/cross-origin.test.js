import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { exchange, read } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

const APP = "http://localhost:3000";
const PATHS = {
  "/oauth/token": "POST",
  "/oauth/revoke": "POST",
  "/userinfo": "GET",
  "/.well-known/jwks.json": "GET",
  "/.well-known/openid-configuration": "GET",
};
let tenant;

before(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

const preflight = (path, origin, headers = {}) =>
  fetch(`${tenant.url}${path}`, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "POST", ...headers },
  });

const allowed = (response) => response.headers.get("access-control-allow-origin");

test("the endpoints that scripts call answer preflights", async () => {
  for (const path of Object.keys(PATHS)) {
    const wanted = { "access-control-request-headers": "authorization,auth0-client" };
    const response = await preflight(path, APP, wanted);
    assert.equal(response.status, 204, path);
    assert.equal(allowed(response), APP, path);
    const headers = response.headers.get("access-control-allow-headers");
    assert.equal(headers, "authorization,auth0-client");
    assert.equal(response.headers.get("access-control-allow-methods"), "GET, POST");
  }
});

test("a page can read errors as well, and a request without an origin gets no permission", async () => {
  for (const [path, method] of Object.entries(PATHS)) {
    const response = await fetch(`${tenant.url}${path}`, { method, headers: { origin: APP } });
    assert.equal(allowed(response), APP, path);
    assert.equal(response.headers.get("vary"), "Origin");
    assert.equal(allowed(await fetch(`${tenant.url}${path}`, { method })), null);
  }
});

test("other origins, other endpoints and odd header names get no permission", async () => {
  for (const origin of [
    "https://evil.example",
    "null",
    `${APP}.evil.example`,
    "http://localhost",
  ]) {
    const response = await preflight("/oauth/token", origin);
    assert.deepEqual([response.status, allowed(response)], [204, null], origin);
    assert.equal(response.headers.get("access-control-allow-headers"), null);
  }
  for (const path of ["/authorize", "/u/login", "/api/v2", "/api/v3/users"]) {
    assert.equal(allowed(await preflight(path, APP)), null, path);
  }
  const odd = { "access-control-request-headers": "a b" };
  const response = await preflight("/oauth/token", APP, odd);
  assert.equal(response.headers.get("access-control-allow-headers"), null);
});

test("the Management API answers preflights, and pages read what it says of a person's own user", async () => {
  const path = `/api/v2/users/${encodeURIComponent(PEOPLE.ada)}`;
  const response = await preflight(path, APP, { "access-control-request-method": "PATCH" });
  assert.deepEqual([response.status, allowed(response)], [204, APP]);
  const methods = response.headers.get("access-control-allow-methods").split(", ");
  assert.deepEqual(methods, ["GET", "POST", "PUT", "PATCH", "DELETE"]);
  assert.equal(allowed(await preflight(path, "https://evil.example")), null);
  const scope = "read:current_user update:current_user_metadata";
  const params = { audience: tenant.audience, response_type: "token" };
  const { params: tokens } = await tenant.login({ user: PEOPLE.ada, scope, params });
  const call = (init, headers) =>
    fetch(tenant.url + path, { ...init, headers: { origin: APP, ...headers } });
  const authorization = `Bearer ${tokens.access_token}`;
  const body = JSON.stringify({ user_metadata: { color: "blue" } });
  const type = { "content-type": "application/json" };
  const changed = await call({ method: "PATCH", body }, { authorization, ...type });
  assert.deepEqual([changed.status, allowed(changed)], [200, APP]);
  assert.equal((await changed.json()).user_metadata.color, "blue");
  const refused = await call({}, {});
  assert.deepEqual([refused.status, allowed(refused)], [401, APP]);
});

test("preflights take no rate limit, and only a fault that names them", async (t) => {
  const limited = await startTenant({ rateLimits: { management: { burst: 2, perSecond: 1 } } });
  t.after(() => limited.close());
  limited.clock.freeze();
  const send = async (method) => {
    const headers = { origin: APP, "access-control-request-method": "GET" };
    return (await fetch(`${limited.url}/api/v2/users`, { method, headers })).status;
  };
  const statuses = [];
  for (const method of ["OPTIONS", "OPTIONS", "OPTIONS", "GET", "GET", "GET"]) {
    statuses.push(await send(method));
  }
  assert.deepEqual(statuses, [204, 204, 204, 401, 401, 429]);
  limited.clock.advance(2000);
  for (const match of ["*", /users/]) {
    limited.fault(match, { status: 503 });
    assert.deepEqual([await send("OPTIONS"), await send("GET")], [204, 503], String(match));
  }
  limited.fault("preflight", { status: 503 });
  assert.equal(await send("OPTIONS"), 503);
});

test("callbacks and allowed_origins of every application count, with wildcards and without paths", async () => {
  tenant.addClient({
    callbacks: ["https://Shop.Example.com:443/a/b?c", "com.example.app://callback"],
    allowed_origins: ["https://*.preview.example", "https://admin.example/"],
    web_origins: ["https://only-messages.example"],
  });
  for (const [origin, isAllowed] of [
    ["https://shop.example.com", true],
    ["https://admin.example", true],
    ["https://pr-7.preview.example", true],
    ["https://a.b.preview.example", false],
    ["com.example.app://callback", false],
    ["https://only-messages.example", false],
  ]) {
    assert.equal(allowed(await preflight("/userinfo", origin)), isAllowed ? origin : null, origin);
  }
});

/** What `/authorize` answers to a frame, without a session unless `cookie` is given. */
const silently = async (params, client = {}) =>
  read(
    await fetch(
      tenant.authorizeUrl({
        ...client,
        params: { response_mode: "web_message", prompt: "none", ...params },
      }),
      { redirect: "manual" },
    ),
  );

/** The arguments of `postMessage` on the page. */
function messageIn(text) {
  const [, code] = /postMessage\((.*)\);<\/script>/.exec(text);
  return JSON.parse(`[${code}]`);
}

test("a web_message goes to the origin of the callback only, from a page that can do nothing else", async () => {
  const { status, headers, text } = await silently({ state: "</script><script>alert(1)//" });
  assert.equal(status, 200);
  const [message, target] = messageIn(text);
  assert.equal(target, APP);
  assert.deepEqual(message, {
    type: "authorization_response",
    response: {
      error: "login_required",
      error_description: "Login required",
      state: "</script><script>alert(1)//",
    },
  });
  assert.equal(text.match(/<script/g).length, 1);
  const [, nonce] = /<script nonce="([^"]+)"/.exec(text);
  assert.equal(
    headers.get("content-security-policy"),
    `default-src 'none'; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors ${APP}`,
  );
  assert.ok(!(await silently({})).text.includes(nonce), "a nonce is used once");
});

test("login and authorize return what a web_message contains", async () => {
  const params = { response_mode: "web_message" };
  const { url, code, state } = await tenant.login({ user: PEOPLE.ada, state: "</s>", params });
  assert.deepEqual([url, state], [APP, "</s>"]);
  assert.equal((await exchange(tenant, code)).status, 200);
  const implicit = { response_type: "token", ...params };
  const login = await tenant.login({ user: PEOPLE.ada, params: implicit });
  assert.equal(login.params.token_type, "Bearer");
  assert.equal(login.params.expires_in, "86400");
  const silent = tenant.authorizeUrl({ params: { prompt: "none", ...params } });
  assert.equal((await tenant.authorize(silent)).error, "login_required");
});

test("a web_message is refused where web_origins does not list the origin", async () => {
  const refused = tenant.addClient({ callbacks: ["https://shop.example/cb", "shop://cb"] });
  for (const redirectUri of refused.callbacks) {
    const { status, text } = await silently({}, { clientId: refused.client_id, redirectUri });
    assert.equal(status, 403);
    assert.match(text, /needs the origin of redirect_uri in web_origins/);
    assert.doesNotMatch(text, /postMessage/);
  }
  const listed = { callbacks: ["https://shop.example/cb"], web_origins: ["https://shop.example"] };
  const { client_id: clientId } = tenant.addClient(listed);
  const { text } = await silently({}, { clientId, redirectUri: "https://shop.example/cb" });
  assert.equal(messageIn(text)[1], "https://shop.example");
});

test("other errors of the request come as messages, too, and a bad callback never does", async () => {
  const { text } = await silently({ code_challenge_method: "S256" });
  assert.equal(messageIn(text)[0].response.error, "invalid_request");
  const { status, text: page } = await silently({ redirect_uri: "https://evil.example" });
  assert.equal(status, 403);
  assert.doesNotMatch(page, /postMessage/);
});

test("an application of somebody else asks for consent once for each scope", async () => {
  const { client_id: clientId } = tenant.addClient({
    is_first_party: false,
    callbacks: ["https://third.example/cb"],
  });
  const browser = tenant.browser();
  const url = (scope, params) =>
    tenant.authorizeUrl({ clientId, redirectUri: "https://third.example/cb", scope, params });
  const who = { as: PEOPLE.ada };
  const declined = await browser.authorize(url("openid"), { ...who, deny: true });
  assert.equal(declined.error, "access_denied");
  assert.ok((await browser.authorize(url("openid"), who)).code);
  assert.ok((await browser.authorize(url("openid", { prompt: "none" }))).code);
  const more = await browser.authorize(url("openid email", { prompt: "none" }));
  assert.equal(more.error, "consent_required");
  assert.ok((await browser.authorize(url("openid email", { prompt: "login" }), who)).code);
  assert.ok((await browser.authorize(url("openid email", { prompt: "none" }))).code);
  const [grant] = tenant.grants(PEOPLE.ada).filter((one) => one.clientID === clientId);
  assert.deepEqual(grant.scope, ["openid", "email"]);
});

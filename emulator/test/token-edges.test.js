import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { api, exchange, read, token } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

let tenant;

before(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

test("a refreshed token for the Management API is a JWT, like the first one", async () => {
  const { code } = await tenant.login({
    user: PEOPLE.grace,
    scope: "openid offline_access read:current_user",
    params: { audience: tenant.audience },
  });
  const { body } = await exchange(tenant, code);
  const form = { grant_type: "refresh_token", refresh_token: body.refresh_token };
  const next = await token(tenant, form);
  const call = await api(tenant);
  const path = `/users/${encodeURIComponent(PEOPLE.grace)}`;
  assert.equal((await call("GET", path, { token: next.body.access_token })).status, 200);
});

test("a client may authenticate in one way only", async () => {
  const basic = Buffer.from(`${tenant.clientId}:${tenant.clientSecret}`).toString("base64");
  const ask = async (form) => {
    const response = await fetch(`${tenant.url}/oauth/token`, {
      method: "POST",
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        audience: tenant.audience,
        ...form,
      }),
    });
    return response.status;
  };
  assert.equal(await ask({}), 200);
  assert.equal(await ask({ client_id: tenant.clientId }), 200);
  assert.equal(await ask({ client_secret: tenant.clientSecret }), 400);
  assert.equal(await ask({ client_assertion: "x" }), 400);
});

test("a user who is blocked after the login gets no tokens", async () => {
  const { code } = await tenant.login({ user: PEOPLE.grace });
  tenant.user(PEOPLE.grace).blocked = true;
  assert.equal((await exchange(tenant, code)).body.error, "invalid_grant");
});

test("a forged id_token_hint is rejected, a genuine one may be expired", async () => {
  const { code } = await tenant.login({ user: PEOPLE.grace });
  const { id_token: hint } = (await exchange(tenant, code)).body;
  const leave = async (id_token_hint) => {
    const query = { id_token_hint, post_logout_redirect_uri: "http://localhost:3000" };
    const url = `${tenant.url}/oidc/logout?${new URLSearchParams(query)}`;
    return (await fetch(url, { redirect: "manual" })).status;
  };
  const [header, payload] = hint.split(".");
  assert.equal(await leave(`${header}.${payload}.AAAA`), 400);
  tenant.clock.advance(100 * 3_600_000);
  assert.equal(await leave(hint), 302);
});

test("an id_token_hint is an ID token, and for the client that the request names", async () => {
  const { client_id: other } = tenant.addClient({ allowed_logout_urls: ["https://other.example"] });
  const { code } = await tenant.login({ user: PEOPLE.grace });
  const { id_token: hint } = (await exchange(tenant, code)).body;
  const leave = async (id_token_hint, client_id, post_logout_redirect_uri) => {
    const query = { id_token_hint, client_id, post_logout_redirect_uri };
    const url = `${tenant.url}/oidc/logout?${new URLSearchParams(query)}`;
    return read(await fetch(url, { redirect: "manual" }));
  };
  const mixed = await leave(hint, other, "https://other.example");
  assert.equal(mixed.status, 400);
  assert.ok(mixed.text.includes(`an ID token that is for the client ${other}`));
  assert.equal((await leave(hint, tenant.clientId, "http://localhost:3000")).status, 302);
  const { access_token: machine } = (await token(tenant)).body;
  for (const bad of [machine, "nonsense"]) {
    assert.equal((await leave(bad, tenant.clientId, "http://localhost:3000")).status, 400);
  }
});

test("only an ID token that the tenant signed for the application makes a silent login possible", async () => {
  const { client_id: other } = tenant.addClient({ callbacks: ["https://other.example"] });
  const browser = tenant.browser();
  const { code } = await browser.authorize(tenant.authorizeUrl(), { as: PEOPLE.grace });
  const { id_token: hint } = (await exchange(tenant, code)).body;
  const silently = (id_token_hint, request = {}) =>
    browser.authorize(
      tenant.authorizeUrl({ ...request, params: { prompt: "none", id_token_hint } }),
    );
  const payload = Buffer.from(JSON.stringify({ sub: PEOPLE.grace })).toString("base64url");
  const [header] = hint.split(".");
  assert.equal((await silently(`${header}.${payload}.AAAA`)).error, "login_required");
  const elsewhere = { clientId: other, redirectUri: "https://other.example" };
  assert.equal((await silently(hint, elsewhere)).error, "login_required");
  tenant.clock.advance(37 * 3_600_000);
  assert.ok((await silently(hint)).code);
});

test("a reset keeps JWTs valid, but neither opaque tokens nor refresh tokens nor codes", async () => {
  const login = (params) =>
    tenant.login({ user: PEOPLE.ada, scope: "openid offline_access", params });
  const opaque = (await exchange(tenant, (await login()).code)).body;
  const jwt = (await exchange(tenant, (await login({ audience: "https://api.example.com" })).code))
    .body;
  const { code } = await login();
  const info = async ({ access_token }) =>
    (await fetch(`${tenant.url}/userinfo?access_token=${access_token}`)).status;
  assert.deepEqual([await info(jwt), await info(opaque)], [200, 200]);
  tenant.reset();
  assert.deepEqual([await info(jwt), await info(opaque)], [200, 401]);
  const { refresh_token } = opaque;
  const refreshed = await token(tenant, { grant_type: "refresh_token", refresh_token });
  assert.equal(refreshed.status, 403);
  assert.equal((await exchange(tenant, code)).status, 403);
});

test("a challenge method without a challenge is an error", async () => {
  const url = tenant.authorizeUrl({ params: { code_challenge_method: "S256" } });
  const { headers } = await fetch(url, { redirect: "manual" });
  assert.match(headers.get("location"), /error=invalid_request/);
});

test("the 201st refresh token of a user and application deletes the first", async () => {
  const login = () => tenant.login({ user: PEOPLE.linus, scope: "openid offline_access" });
  await exchange(tenant, (await login()).code);
  const [first] = tenant.refreshTokens(PEOPLE.linus);
  while (tenant.refreshTokens(PEOPLE.linus).length < 200) {
    tenant.addRefreshToken({ user_id: PEOPLE.linus });
  }
  await exchange(tenant, (await login()).code);
  const left = tenant.refreshTokens(PEOPLE.linus);
  assert.equal(left.length, 200);
  assert.ok(left.every((row) => row.id !== first.id));
});

test("no parameter name is special", async () => {
  const call = await api(tenant);
  const response = await call("GET", "/users?__proto__=1");
  assert.deepEqual([response.status, response.body.errorCode], [400, "invalid_query_string"]);
});

test("null counts as absent in JSON, other values than strings are refused", async () => {
  const ask = async (fields) => {
    const form = {
      grant_type: "client_credentials",
      client_id: tenant.clientId,
      client_secret: tenant.clientSecret,
      audience: tenant.audience,
      ...fields,
    };
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify(form);
    return read(await fetch(`${tenant.url}/oauth/token`, { method: "POST", headers, body }));
  };
  assert.equal((await ask({ organization: null, client_assertion: null })).status, 200);
  const missing = await ask({ audience: null });
  assert.equal(missing.body.error_description, "Missing required parameter: audience");
  assert.equal((await ask({ audience: 1 })).body.error, "invalid_request");
});

test("userinfo accepts the token in the query, once", async () => {
  const { code } = await tenant.login({ user: PEOPLE.ada });
  const { access_token } = (await exchange(tenant, code)).body;
  const ask = async (query) => read(await fetch(`${tenant.url}/userinfo?${query}`));
  const given = new URLSearchParams({ access_token }).toString();
  assert.equal((await ask(given)).body.sub, PEOPLE.ada);
  assert.equal((await ask(`${given}&${given}`)).status, 401);
});

test("a refresh with fewer scopes gives a token with those, and no others", async () => {
  const login = { user: PEOPLE.ada, scope: "openid profile email offline_access" };
  const { refresh_token } = (await exchange(tenant, (await tenant.login(login)).code)).body;
  const refresh = async (scope) =>
    (await token(tenant, { grant_type: "refresh_token", refresh_token, scope })).body;
  const fewer = await refresh("openid email phone");
  assert.deepEqual([fewer.scope, typeof fewer.id_token], ["openid email", "string"]);
  assert.equal((await refresh("email")).id_token, undefined);
  assert.equal((await refresh(login.scope)).scope, login.scope);
});

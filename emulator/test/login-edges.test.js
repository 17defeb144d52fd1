import assert from "node:assert/strict";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { after, before, beforeEach, test } from "node:test";
import { decodeJwt, SignJWT } from "jose";
import { api, exchange, token } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

const callback = "https://app.example/cb";
let tenant;

before(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

const claimsOf = async (response) =>
  decodeJwt((await exchange(tenant, response.code)).body.id_token);

test("the session of an account that was linked to another is no longer valid", async () => {
  const browser = tenant.browser();
  await browser.authorize(tenant.authorizeUrl(), { as: PEOPLE.linus });
  const call = await api(tenant);
  const json = { provider: "github", user_id: PEOPLE.linus.split("|")[1] };
  await call("POST", `/users/${encodeURIComponent(PEOPLE.ada)}/identities`, { json });
  const url = tenant.authorizeUrl({ params: { prompt: "consent" } });
  const response = await browser.authorize(url, { as: PEOPLE.ada });
  assert.equal((await claimsOf(response)).sub, PEOPLE.ada);
});

test("an assertion needs a jti that is a non-empty string", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  tenant.addClient({
    client_id: "signer",
    token_endpoint_auth_method: "private_key_jwt",
    public_keys: [{ pem: publicKey.export({ type: "spki", format: "pem" }) }],
    grants: [{ audience: tenant.audience, scope: ["read:users"] }],
  });
  const ask = async (jti) => {
    const claims = { iss: "signer", sub: "signer", aud: tenant.issuer, jti };
    const assertion = await new SignJWT({ ...claims, exp: tenant.clock.seconds() + 60 })
      .setProtectedHeader({ alg: "RS256" })
      .sign(privateKey);
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      audience: tenant.audience,
      client_id: "signer",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
    });
    return (await fetch(`${tenant.url}/oauth/token`, { method: "POST", body })).status;
  };
  assert.equal(await ask(randomUUID()), 200);
  for (const jti of [null, "", 1, {}]) assert.equal(await ask(jti), 401);
});

test("an unreadable public key is rejected when the application is added", () => {
  const add = () => tenant.addClient({ client_id: "bad", public_keys: [{ pem: "nope" }] });
  assert.throws(add, /public_keys\[0\]\.pem: not a public key/);
});

test("a refresh token without a resource server still works", async () => {
  tenant.addRefreshToken({ user_id: PEOPLE.ada, token: "raw" }).resource_servers = [];
  const response = await token(tenant, { grant_type: "refresh_token", refresh_token: "raw" });
  assert.equal(response.status, 200);
});

test("consent replaces neither a fresh login nor the requested connection", async () => {
  const browser = tenant.browser();
  await browser.authorize(tenant.authorizeUrl(), { as: PEOPLE.ada });
  tenant.clock.advance(3_600_000);
  const again = (params, connection) =>
    browser.authorize(
      tenant.authorizeUrl({ connection, params: { prompt: "consent", ...params } }),
      {
        as: PEOPLE.grace,
      },
    );
  const aged = await claimsOf(await again({ max_age: "60" }));
  assert.equal(aged.sub, PEOPLE.grace);
  assert.ok(tenant.clock.seconds() - aged.auth_time <= 2);
  await browser.authorize(tenant.authorizeUrl({ params: { prompt: "login" } }), {
    as: PEOPLE.ada,
  });
  assert.equal((await claimsOf(await again({}, "google-oauth2"))).sub, PEOPLE.grace);
});

test("a session that becomes too old on the consent page needs a login", async () => {
  const url = tenant.authorizeUrl({ params: { prompt: "consent", max_age: "60" } });
  const login = await post("/u/login", await stateOf(tenant.authorizeUrl()), {
    username: "ada@example.com",
    password: "Correct-horse-1",
  });
  const cookie = login.headers.get("set-cookie").split(";")[0];
  const asked = await fetch(url, { redirect: "manual", headers: { cookie } });
  assert.match(asked.headers.get("location"), /^\/u\/consent/);
  tenant.clock.advance(61_000);
  const state = new URL(asked.headers.get("location"), tenant.url).searchParams.get("state");
  const response = await post("/u/consent", state, { action: "default" }, { cookie });
  assert.match(response.headers.get("location"), /^\/u\/login/);
});

test("users of a database that is not enabled cannot sign in", async () => {
  const login = { user: PEOPLE.ada, clientId: "social", redirectUri: callback };
  tenant.addClient({ client_id: "social", callbacks: [callback], connections: ["google-oauth2"] });
  await assert.rejects(tenant.login(login), /is not enabled for the client social/);
  const url = tenant.authorizeUrl({ clientId: "social", redirectUri: callback });
  const response = await fetch(url);
  const page = await response.text();
  const state = new URL(response.url).searchParams.get("state");
  const fields = { state, username: "ada@example.com", password: "Correct-horse-1" };
  const body = new URLSearchParams(fields);
  assert.equal((await fetch(`${tenant.url}/u/login`, { method: "POST", body })).status, 400);
  assert.doesNotMatch(page, /name="password"/);
  assert.match(page, /Continue with Google/);
  assert.ok((await tenant.login({ ...login, user: PEOPLE.grace })).code);
});

test("an ID token names the custom domain of the login as its issuer", async (t) => {
  const custom = await startTenant({ customDomains: ["login.example.com"] });
  t.after(() => custom.close());
  const issuerAt = async (url) => {
    const { code } = await custom.authorize(url, { as: PEOPLE.ada });
    return decodeJwt((await exchange(custom, code)).body.id_token).iss;
  };
  const url = custom.authorizeUrl();
  const elsewhere = url.replace(custom.origin, "http://login.example.com");
  assert.equal(await issuerAt(elsewhere), "http://login.example.com/");
  assert.equal(await issuerAt(url), custom.issuer);
});

test("a callback outside of ASCII is redirected to in percent-encoding", async () => {
  const redirectUri = "http://localhost:3000/ü/日本";
  const { client_id: clientId } = tenant.addClient({ callbacks: [redirectUri] });
  const login = { user: PEOPLE.ada, clientId, redirectUri, state: "日\r\n" };
  for (const params of [{}, { response_type: "token" }]) {
    const { url, state } = await tenant.login({ ...login, params });
    assert.match(url, /^http:\/\/localhost:3000\/%C3%BC\/%E6%97%A5%E6%9C%AC[?#]/);
    assert.equal(state, login.state);
  }
});

test("a callback with a wildcard allows no callback with an asterisk", async (t) => {
  const callbacks = ["https://*.example.com/cb", "https://app.example/cb"];
  const patterned = await startTenant({ callbacks });
  t.after(() => patterned.close());
  const { url } = await patterned.login({ user: PEOPLE.ada });
  assert.match(url, /^https:\/\/app\.example\/cb\?/);
  const literal = patterned.login({ user: PEOPLE.ada, redirectUri: callbacks[0] });
  await assert.rejects(literal, /Callback URL mismatch/);
});

for (const [what, params, description] of [
  ["an unknown response mode", { response_mode: "foo" }, /response mode .* code: foo/],
  [
    "tokens in a query",
    { response_type: "token", response_mode: "query" },
    /response mode .* token: query/,
  ],
  [
    "a code and an ID token in a query",
    { response_type: "code id_token", response_mode: "query" },
    /response mode/,
  ],
  ["an unknown prompt", { prompt: "junk" }, /Unknown prompt: junk\. .*none, login/],
  ["a prompt besides none", { prompt: "none login" }, /prompt none cannot be combined/],
]) {
  test(`${what} is an error of the request, which the callback receives`, async () => {
    const { error, error_description: text } = await tenant.login({
      user: PEOPLE.ada,
      nonce: "n",
      params,
    });
    assert.equal(error, "invalid_request");
    assert.match(text, description);
  });
}

async function stateOf(url) {
  const { headers } = await fetch(url, { redirect: "manual" });
  return new URL(headers.get("location"), tenant.url).searchParams.get("state");
}

function post(path, state, fields, headers = {}) {
  const body = new URLSearchParams({ state, ...fields });
  return fetch(tenant.url + path, { method: "POST", redirect: "manual", headers, body });
}

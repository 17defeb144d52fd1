import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, beforeEach, test } from "node:test";
import { createLocalJWKSet, jwtVerify } from "jose";
import { exchange, read } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

const callback = "http://localhost:3000/callback";
const WRONG = { message: "The login page refused: Wrong email or password" };
let tenant;

before(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

async function verify(idToken) {
  const keys = await fetch(`${tenant.url}/.well-known/jwks.json`).then((response) =>
    response.json(),
  );
  const { payload } = await jwtVerify(idToken, createLocalJWKSet(keys), {
    issuer: tenant.issuer,
    audience: tenant.clientId,
  });
  return payload;
}

test("a password login gives a code, an ID token with sid and nonce, and a session with the browser's device", async () => {
  const response = await tenant.login({ user: PEOPLE.ada, state: "s1", nonce: "n1" });
  assert.equal(response.state, "s1");
  const { status, body } = await exchange(tenant, response.code);
  assert.equal(status, 200);
  const claims = await verify(body.id_token);
  assert.equal(claims.sub, PEOPLE.ada);
  assert.equal(claims.nonce, "n1");
  assert.equal(claims.email, "ada@example.com");
  assert.equal(claims.auth_time, undefined);
  const session = tenant.session(claims.sid);
  assert.match(session.device.last_user_agent, /Firefox/);
  assert.deepEqual(session.clients, [{ client_id: tenant.clientId }]);
  const info = await read(
    await fetch(`${tenant.url}/userinfo`, {
      headers: { authorization: `Bearer ${body.access_token}` },
    }),
  );
  assert.equal(info.body.sub, PEOPLE.ada);
});

test("a code works once, for its client, callback and verifier", async () => {
  const verifier = randomBytes(32).toString("base64url");
  const params = {
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  };
  const login = async () => (await tenant.login({ user: PEOPLE.ada, params })).code;
  const wrong = await exchange(tenant, await login(), { code_verifier: "x".repeat(43) });
  assert.deepEqual(
    [wrong.status, wrong.body.error_description],
    [403, "Failed to verify code verifier"],
  );
  const elsewhere = await exchange(tenant, await login(), {
    code_verifier: verifier,
    redirect_uri: "http://127.0.0.1:3000/callback",
  });
  assert.equal(elsewhere.body.error, "invalid_grant");
  const code = await login();
  assert.equal((await exchange(tenant, code, { code_verifier: verifier })).status, 200);
  const again = await exchange(tenant, code, { code_verifier: verifier });
  assert.deepEqual(again.body, {
    error: "invalid_grant",
    error_description: "Invalid authorization code",
  });
});

test("a code expires after a minute", async () => {
  const { code } = await tenant.login({ user: PEOPLE.ada });
  tenant.clock.advance(61_000);
  assert.equal((await exchange(tenant, code)).body.error, "invalid_grant");
});

test("each social connection has its own page", async () => {
  for (const [user, connection] of [
    [PEOPLE.grace, "google-oauth2"],
    [PEOPLE.linus, "github"],
  ]) {
    for (const asked of [connection, undefined]) {
      const { code } = await tenant.login({ user, connection: asked });
      const { body } = await exchange(tenant, code);
      assert.equal((await verify(body.id_token)).sub, user);
    }
  }
});

test("a login with a linked identity gives the sub of the primary account", async () => {
  const { code } = await tenant.login({
    user: "google-oauth2|115015401343387192604",
    connection: "google-oauth2",
  });
  const { body } = await exchange(tenant, code);
  assert.equal((await verify(body.id_token)).sub, PEOPLE.linked);
});

test("single sign-on, prompt=none, prompt=login and max_age=0", async () => {
  const browser = tenant.browser();
  const url = (params) => tenant.authorizeUrl({ state: "x", params });
  const none = await browser.authorize(url({ prompt: "none" }));
  assert.deepEqual([none.error, none.state], ["login_required", "x"]);
  const first = await browser.authorize(url({}), { as: PEOPLE.ada });
  const silent = await browser.authorize(url({ prompt: "none" }));
  const sid = async (code) => verify((await exchange(tenant, code)).body.id_token);
  assert.equal((await sid(first.code)).sid, (await sid(silent.code)).sid);
  for (const params of [{ prompt: "login" }, { max_age: "0" }]) {
    const fresh = await browser.authorize(url(params), { as: PEOPLE.grace });
    const claims = await sid(fresh.code);
    assert.equal(claims.sub, PEOPLE.grace);
    assert.ok(Math.abs(claims.auth_time - tenant.clock.seconds()) <= 2);
  }
});

test("consent can be declined, and so can a login", async () => {
  const browser = tenant.browser();
  await browser.authorize(tenant.authorizeUrl(), { as: PEOPLE.ada });
  const url = tenant.authorizeUrl({ state: "y", params: { prompt: "consent" } });
  assert.equal((await browser.authorize(url, { deny: true })).error, "access_denied");
  assert.ok((await browser.authorize(url)).code);
  const denied = await tenant.login({
    user: PEOPLE.grace,
    connection: "google-oauth2",
    deny: true,
  });
  assert.equal(denied.error, "access_denied");
});

test("a blocked user leads to an error at the callback, a wrong password to a page", async () => {
  await tenant.login({ user: PEOPLE.blocked });
  const [{ type, description }] = tenant.logs(PEOPLE.blocked);
  assert.deepEqual([type, description], ["f", "user is blocked"]);
  const blocked = await tenant.login({ user: PEOPLE.blocked, state: "z" });
  assert.deepEqual([blocked.error, blocked.state], ["unauthorized", "z"]);
  await assert.rejects(tenant.login({ user: PEOPLE.ada, password: "wrong" }), WRONG);
});

test("ten wrong passwords block the address, until the block is lifted", async () => {
  for (let attempt = 0; attempt < 10; attempt++) {
    await assert.rejects(tenant.login({ user: PEOPLE.ada, password: "wrong" }), WRONG);
  }
  await assert.rejects(tenant.login({ user: PEOPLE.ada }), {
    message: /^The login page refused: Your account has been blocked/,
  });
  assert.ok(tenant.logs(PEOPLE.ada).some((event) => event.type === "limit_wc"));
});

test("a callback that is not allowed gets a page, never a redirect", async () => {
  const refused = [
    "http://evil.example/callback",
    "http://localhost:3000/callback/",
    "http://localhost:3000/callback?x=1",
    "HTTP://localhost:3000/callback",
  ];
  for (const redirectUri of refused) {
    const response = await fetch(tenant.authorizeUrl({ redirectUri }), { redirect: "manual" });
    assert.equal(response.status, 403);
    assert.match(await response.text(), /Callback URL mismatch/);
  }
  const unknown = await fetch(tenant.authorizeUrl({ clientId: "nobody" }), { redirect: "manual" });
  assert.equal(unknown.status, 400);
});

test("the refusal of a callback says which setting allows it", async () => {
  const redirectUri = "https://app.example.com/callback";
  const follow = (client) => tenant.authorize(tenant.authorizeUrl({ redirectUri, ...client }));
  await assert.rejects(follow(), {
    message:
      /^403: Callback URL mismatch\. .*startTenant\(\{ callbacks: \["https:.*"\] \}\).*--callback/,
  });
  const { client_id: clientId } = tenant.addClient({ callbacks: [] });
  await assert.rejects(follow({ clientId }), {
    message: new RegExp(`callbacks of the client ${clientId}, in the seed or in addClient`),
  });
});

test("a wildcard stands for one label and no more", async () => {
  const { client_id: clientId } = tenant.addClient({
    callbacks: ["https://pr-*-app.example.com/cb"],
  });
  const status = async (redirectUri) => {
    const url = tenant.authorizeUrl({ clientId, redirectUri });
    return (await fetch(url, { redirect: "manual" })).status;
  };
  assert.equal(await status("https://pr-12-app.example.com/cb"), 302);
  assert.equal(await status("https://pr--app.example.com/cb"), 403);
  assert.equal(await status("https://pr-1.2-app.example.com/cb"), 403);
  assert.equal(await status("https://evil.com/pr-1-app.example.com/cb"), 403);
});

test("errors in the request are sent to the callback with its state", async () => {
  const cases = [
    [{ response_type: "nope" }, "unsupported_response_type"],
    [{ audience: "https://unknown.example" }, "access_denied"],
    [{ scope: "openid online_access offline_access" }, "invalid_request"],
    [{ code_challenge: "x".repeat(43), code_challenge_method: "plain" }, "invalid_request"],
    [{ connection: "nope" }, "invalid_request"],
  ];
  for (const [params, error] of cases) {
    const response = await fetch(tenant.authorizeUrl({ state: "st", params }), {
      redirect: "manual",
    });
    const { searchParams } = new URL(response.headers.get("location"));
    assert.deepEqual([searchParams.get("error"), searchParams.get("state")], [error, "st"]);
  }
});

test("implicit responses arrive by form_post and in the fragment", async () => {
  const params = { response_type: "id_token", response_mode: "form_post" };
  const response = await tenant.login({ user: PEOPLE.ada, nonce: "n", state: "s", params });
  assert.equal(response.url, callback);
  assert.equal((await verify(response.id_token)).nonce, "n");
  const hybrid = await tenant.login({
    user: PEOPLE.ada,
    nonce: "n",
    params: { response_type: "code id_token" },
  });
  const hash = createHash("sha256").update(hybrid.code).digest().subarray(0, 16);
  assert.equal((await verify(hybrid.id_token)).c_hash, hash.toString("base64url"));
});

test("refresh tokens are bound to the session, rotated, and invalid after reuse", async () => {
  const app = tenant.addClient({ callbacks: [callback], rotating: true });
  const { code } = await tenant.login({
    user: PEOPLE.grace,
    clientId: app.client_id,
    scope: "openid offline_access",
  });
  const client = { client_id: app.client_id, client_secret: app.client_secret };
  const { body } = await exchange(tenant, code, client);
  const { sid } = await verifyFor(app.client_id, body.id_token);
  assert.ok(tenant.refreshTokens(PEOPLE.grace).some((token) => token.session_id === sid));
  const refresh = (token) =>
    exchange(tenant, undefined, { ...client, grant_type: "refresh_token", refresh_token: token });
  const next = await refresh(body.refresh_token);
  assert.equal(next.status, 200);
  assert.notEqual(next.body.refresh_token, body.refresh_token);
  assert.equal((await refresh(body.refresh_token)).body.error, "invalid_grant");
  assert.equal((await refresh(next.body.refresh_token)).body.error, "invalid_grant");
});

async function verifyFor(audience, idToken) {
  const keys = await fetch(`${tenant.url}/.well-known/jwks.json`).then((response) =>
    response.json(),
  );
  const { payload } = await jwtVerify(idToken, createLocalJWKSet(keys), { audience });
  return payload;
}

test("logout ends the session and redirects only to allowed URLs", async () => {
  const browser = tenant.browser();
  await browser.authorize(tenant.authorizeUrl(), { as: PEOPLE.grace });
  const before = tenant.sessions(PEOPLE.grace).length;
  const target = encodeURIComponent("http://localhost:3000");
  const query = `client_id=${tenant.clientId}&returnTo=${target}`;
  const out = await browser.authorize(`${tenant.origin}/v2/logout?${query}`);
  assert.equal(out.url, "http://localhost:3000");
  assert.equal(tenant.sessions(PEOPLE.grace).length, before - 1);
  const evil = await fetch(`${tenant.url}/v2/logout?returnTo=http%3A%2F%2Fevil.example`);
  assert.equal(evil.status, 400);
});

test("after a key rotation, old tokens verify until their key is revoked", async () => {
  const { code } = await tenant.login({ user: PEOPLE.ada });
  const { body } = await exchange(tenant, code);
  await tenant.rotateKeys();
  assert.equal((await verify(body.id_token)).sub, PEOPLE.ada);
  await tenant.rotateKeys({ revoke: true });
  await assert.rejects(verify(body.id_token), /no applicable key/);
});

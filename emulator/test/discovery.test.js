import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, randomUUID } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { decodeJwt, decodeProtectedHeader, SignJWT } from "jose";
import { exchange, read, token } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

const CALLBACK = "http://localhost:3000/callback";
const VERIFIER = "v".repeat(43);

let tenant;
let document;
before(async () => {
  tenant = await startTenant();
  document = await discover(tenant);
  const phone_number = "+14255550100";
  Object.assign(tenant.user(PEOPLE.ada), { phone_number, picture: "https://example.com/a.png" });
});
after(() => tenant.close());

async function discover({ url }) {
  const { status, body } = await read(await fetch(`${url}/.well-known/openid-configuration`));
  assert.equal(status, 200);
  return body;
}

/** The response of `/authorize` without a session, as one text. */
async function authorize(params) {
  const query = { client_id: tenant.clientId, redirect_uri: CALLBACK, nonce: "n", ...params };
  const url = `${document.authorization_endpoint}?${new URLSearchParams(query)}`;
  const response = await fetch(url, { redirect: "manual" });
  return response.headers.get("location") ?? (await response.text());
}

/** How each advertised endpoint is called, and the status of a success. */
function calls({ code }) {
  const { clientId: client_id, clientSecret: client_secret } = tenant;
  const post = (fields) => ({ method: "POST", body: new URLSearchParams(fields) });
  const client = { client_id, client_secret };
  const redirect_uri = CALLBACK;
  return {
    authorization_endpoint: [302, {}, { response_type: "code", client_id, redirect_uri }],
    token_endpoint: [
      200,
      post({ ...client, grant_type: "authorization_code", code, redirect_uri }),
    ],
    userinfo_endpoint: [200, {}, (tokens) => ({ access_token: tokens.access_token })],
    jwks_uri: [200, {}],
    revocation_endpoint: [200, (tokens) => post({ ...client, token: tokens.refresh_token })],
    end_session_endpoint: [200, {}],
  };
}

/** What Auth0's own document lists; the emulator advertises all of it that works. */
const AUTH0 = {
  response_modes_supported: ["query", "fragment", "form_post"],
  claims_supported:
    "aud auth_time created_at email email_verified exp family_name given_name iat identities iss name nickname phone_number picture sub".split(
      " ",
    ),
};

test("every advertised endpoint answers a proper request", async () => {
  const { code } = await tenant.login({ user: PEOPLE.ada, scope: "openid offline_access" });
  const known = calls({ code });
  const advertised = Object.keys(document).filter((name) => /_endpoint$|_uri$/.test(name));
  assert.deepEqual(advertised.sort(), Object.keys(known).sort());
  let tokens;
  for (const [name, [status, init, query = {}]] of Object.entries(known)) {
    const fill = (value) => (typeof value === "function" ? value(tokens) : value);
    const url = `${document[name]}?${new URLSearchParams(fill(query))}`;
    const response = await read(await fetch(url, { redirect: "manual", ...fill(init) }));
    assert.equal(response.status, status, name);
    if (name === "token_endpoint") tokens = response.body;
  }
});

test("every advertised response type and mode works", async () => {
  for (const response_type of document.response_types_supported) {
    const { params } = await tenant.login({
      user: PEOPLE.ada,
      nonce: "n",
      params: { response_type },
    });
    for (const type of response_type.split(" ")) {
      assert.ok(params[type === "token" ? "access_token" : type], response_type);
    }
  }
  const shapes = [];
  for (const response_mode of document.response_modes_supported) {
    const silent = { response_type: "code", response_mode, prompt: "none" };
    const text = await authorize(silent);
    assert.match(text, /login_required/, response_mode);
    shapes.push(text.slice(0, CALLBACK.length + 1));
  }
  assert.equal(new Set(shapes).size, document.response_modes_supported.length);
  assert.deepEqual(document.response_modes_supported, AUTH0.response_modes_supported);
});

test("back-channel logout is advertised, and a logout token names the session", async (t) => {
  assert.equal(document.backchannel_logout_supported, true);
  assert.equal(document.backchannel_logout_session_supported, true);
  const receiver = http.createServer((request, response) => {
    response.end();
    receiver.emit("body", text(request));
  });
  receiver.listen(0, "127.0.0.1");
  t.after(() => receiver.close());
  await once(receiver, "listening");
  const urls = { backchannel_logout_urls: [`http://127.0.0.1:${receiver.address().port}/`] };
  const own = await startTenant({ client: { oidc_logout: urls } });
  t.after(() => own.close());
  const { headers } = await fetch(own.authorizeUrl(), { redirect: "manual" });
  const state = new URL(headers.get("location"), own.url).searchParams.get("state");
  const fields = { state, username: "ada@example.com", password: "Correct-horse-1" };
  const body = new URLSearchParams(fields);
  const login = await fetch(`${own.url}/u/login`, { method: "POST", body, redirect: "manual" });
  const cookie = login.headers.getSetCookie()[0].split(";")[0];
  const code = new URL(login.headers.get("location")).searchParams.get("code");
  const { sid } = decodeJwt((await exchange(own, code)).body.id_token);
  const [[received]] = await Promise.all([
    once(receiver, "body"),
    fetch(`${own.url}/oidc/logout`, { headers: { cookie } }),
  ]);
  const token = new URLSearchParams(await received).get("logout_token");
  assert.equal(decodeJwt(token).sid, sid);
});

test("every advertised way to prove a code works, and plain only where a quirk allows it", async (t) => {
  const lax = await startTenant({ quirks: { plainPkce: true } });
  t.after(() => lax.close());
  assert.deepEqual(document.code_challenge_methods_supported, ["S256"]);
  for (const one of [tenant, lax]) {
    const { code_challenge_methods_supported: methods } = await discover(one);
    for (const code_challenge_method of methods) {
      const isPlain = code_challenge_method === "plain";
      const hash = createHash("sha256").update(VERIFIER).digest("base64url");
      const params = { code_challenge_method, code_challenge: isPlain ? VERIFIER : hash };
      const { code } = await one.login({ user: PEOPLE.ada, params });
      const { status } = await exchange(one, code, { code_verifier: VERIFIER });
      assert.equal(status, 200, code_challenge_method);
    }
  }
});

test("every advertised scope and claim occurs, and ID tokens are signed as advertised", async () => {
  const scope = document.scopes_supported.join(" ");
  const params = { max_age: "0" };
  const { code } = await tenant.login({ user: PEOPLE.ada, scope, nonce: "n", params });
  const { body } = await exchange(tenant, code);
  assert.deepEqual(body.scope.split(" ").sort(), scope.split(" ").sort());
  const claims = decodeJwt(body.id_token);
  const occurring = AUTH0.claims_supported.filter((claim) => claim in claims);
  assert.deepEqual([...document.claims_supported].sort(), occurring);
  const { alg } = decodeProtectedHeader(body.id_token);
  assert.deepEqual(document.id_token_signing_alg_values_supported, [alg]);
});

test("clients authenticate in every advertised way, with every advertised algorithm", async (t) => {
  const { clientId, clientSecret } = tenant;
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  const ways = {
    client_secret_post: () => token(tenant),
    client_secret_basic: async () =>
      fetch(`${tenant.url}/oauth/token`, {
        method: "POST",
        headers: { authorization: `Basic ${basic}` },
        body: new URLSearchParams({
          grant_type: "client_credentials",
          audience: tenant.audience,
        }),
      }),
    private_key_jwt: async () => ({ status: await statusOfAssertion(t, "RS256") }),
  };
  assert.deepEqual(
    Object.keys(ways).sort(),
    [...document.token_endpoint_auth_methods_supported].sort(),
  );
  for (const [name, ask] of Object.entries(ways)) assert.equal((await ask()).status, 200, name);
  for (const alg of document.token_endpoint_auth_signing_alg_values_supported) {
    assert.equal(await statusOfAssertion(t, alg), 200, alg);
  }
});

/** The status for a client that signs with this algorithm. */
async function statusOfAssertion(t, alg) {
  const curve = { ES256: "P-256", ES384: "P-384" }[alg];
  const { publicKey, privateKey } = curve
    ? generateKeyPairSync("ec", { namedCurve: curve })
    : generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = publicKey.export({ format: "pem", type: "spki" });
  const client = { token_endpoint_auth_method: "private_key_jwt", public_keys: [{ pem, alg }] };
  const own = await startTenant({ client });
  t.after(() => own.close());
  const { clientId: id, issuer } = own;
  const assertion = await new SignJWT({ iss: id, sub: id, aud: issuer, jti: randomUUID() })
    .setProtectedHeader({ alg })
    .setIssuedAt()
    .setExpirationTime("1m")
    .sign(privateKey);
  const form = {
    grant_type: "client_credentials",
    audience: own.audience,
    client_assertion: assertion,
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  };
  const body = new URLSearchParams(form);
  return (await fetch(`${own.url}/oauth/token`, { method: "POST", body })).status;
}

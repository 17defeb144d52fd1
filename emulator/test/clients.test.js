import assert from "node:assert/strict";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import http from "node:http";
import { after, before, test } from "node:test";
import { SignJWT } from "jose";
import { read, token } from "../test-support/client.js";
import { startTenant } from "../test-support/tenant.js";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = publicKey.export({ format: "pem", type: "spki" });
let tenant;

before(async () => {
  tenant = await startTenant({
    client: {
      token_endpoint_auth_method: "private_key_jwt",
      public_keys: [{ pem, alg: "ES256", kid: "k1" }],
    },
    customDomains: ["login.example.com"],
  });
});
after(() => tenant.close());

/** Requests a token with a client assertion. */
async function ask({
  header = {},
  audience = tenant.issuer,
  expires = 60,
  jti = randomUUID(),
} = {}) {
  const { clientId } = tenant;
  const now = tenant.clock.seconds();
  const assertion = await new SignJWT({ iss: clientId, sub: clientId, aud: audience, jti })
    .setProtectedHeader({ alg: "ES256", ...header })
    .setIssuedAt(now)
    .setExpirationTime(now + expires)
    .sign(privateKey);
  const form = {
    grant_type: "client_credentials",
    audience: tenant.audience,
    client_assertion: assertion,
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  };
  const body = new URLSearchParams(form);
  return read(await fetch(`${tenant.url}/oauth/token`, { method: "POST", body }));
}

test("private_key_jwt: with or without a kid, and without a client id in the form", async () => {
  assert.equal((await ask()).status, 200);
  assert.equal((await ask({ header: { kid: "k1" } })).status, 200);
});

test("private_key_jwt: rejected when reused, misaddressed, too long-lived or expired", async () => {
  const jti = randomUUID();
  await ask({ jti });
  for (const wrong of [
    { jti },
    { audience: tenant.origin },
    { expires: 600 },
    { expires: -60 },
    { header: { kid: "k2" } },
    { jti: "x".repeat(65) },
  ]) {
    const { status, body } = await ask(wrong);
    assert.deepEqual([status, body.error], [401, "access_denied"]);
  }
});

test("a client with a key cannot use a secret", async () => {
  assert.equal((await token(tenant)).status, 401);
});

test("client credentials: secret in header or body, JSON or form, and what is rejected", async (t) => {
  const plain = await startTenant();
  t.after(() => plain.close());
  const basic = Buffer.from(`${plain.clientId}:${plain.clientSecret}`).toString("base64");
  const inHeader = await fetch(`${plain.url}/oauth/token`, {
    method: "POST",
    headers: { authorization: `Basic ${basic}`, "content-type": "application/json" },
    body: JSON.stringify({ grant_type: "client_credentials", audience: plain.audience }),
  });
  assert.equal(inHeader.status, 200);
  const slashless = plain.audience.slice(0, -1);
  for (const [form, status, error, description] of [
    [{ client_secret: "bad" }, 401, "access_denied", "Unauthorized"],
    [{ client_id: "nobody" }, 401, "access_denied", "Unauthorized"],
    [{ audience: slashless }, 403, "access_denied", `Service not found: ${slashless}`],
    [{ grant_type: "x" }, 400, "unsupported_grant_type", "Grant type not supported"],
  ]) {
    const response = await token(plain, form);
    assert.deepEqual(
      [response.status, response.body],
      [status, { error, error_description: description }],
    );
  }
  plain.addApi({ identifier: "https://other.example" });
  const ungranted = await token(plain, { audience: "https://other.example" });
  assert.match(ungranted.body.error_description, /You need to create a "client-grant"/);
});

test("a token is valid only on the domain on which it was requested", async (t) => {
  const custom = await startTenant({ customDomains: ["login.example.com"] });
  t.after(() => custom.close());
  const { body } = await token(custom);
  const ask = (host) =>
    new Promise((resolve, reject) => {
      const headers = { host, authorization: `Bearer ${body.access_token}` };
      http
        .get(`${custom.url}/api/v2/users`, { headers, agent: false }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
        .on("error", reject);
    });
  assert.equal(await ask(new URL(custom.url).host), 200);
  assert.equal(await ask("login.example.com"), 401);
});

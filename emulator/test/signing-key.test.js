import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { startTenant } from "../index.js";
import { api, token } from "../test-support/client.js";

const pair = (type, options) => generateKeyPairSync(type, options);
const pem = ({ privateKey }, options) =>
  privateKey.export({ type: "pkcs8", format: "pem", ...options });
const rsa = pair("rsa", { modulusLength: 2048 });
const signingKey = pem(rsa);
const origin = "http://auth0:4000";

async function start(t, options) {
  const tenant = await startTenant({ signingKey, ...options });
  t.after(() => tenant.close());
  return tenant;
}

async function keysOf(tenant) {
  const response = await fetch(`${tenant.url}/.well-known/jwks.json`);
  return (await response.json()).keys;
}

/** What one tenant responds to a token of another. */
async function responseTo(tenant, other) {
  const { body } = await token(other);
  const call = await api(tenant);
  return await call("GET", "/users", { token: body.access_token });
}

test("a tenant signs with the key that it is given, until it is rotated", async (t) => {
  const tenant = await start(t);
  const call = await api(tenant);
  assert.equal((await call("GET", "/users")).status, 200);
  const { n } = rsa.publicKey.export({ format: "jwk" });
  const [given] = await keysOf(tenant);
  assert.equal(given.n, n);
  await tenant.rotateKeys();
  const [next, previous] = await keysOf(tenant);
  assert.notEqual(next.n, n);
  assert.deepEqual(previous, given);
});

test("tenants with the same key and issuer do not accept each other's tokens", async (t) => {
  const [one, other] = [await start(t, { origin }), await start(t, { origin })];
  const { status, body } = await responseTo(other, one);
  assert.equal(status, 401);
  assert.match(body.message, /signature/i);
});

test("with `deterministic` and the same issuer, tokens are the same, and accepted by both", async (t) => {
  const options = { origin, deterministic: "x" };
  const tenants = [await start(t, options), await start(t, options)];
  for (const { clock } of tenants) {
    clock.set("2030-01-01T00:00:00Z");
    clock.freeze();
  }
  const [one, other] = await Promise.all(tenants.map((tenant) => token(tenant)));
  assert.equal(one.body.access_token, other.body.access_token);
  assert.equal((await responseTo(tenants[1], tenants[0])).status, 200);
});

test("another key is refused with what is wrong with it, and not quoted", async () => {
  const refused = [
    [pem(pair("rsa", { modulusLength: 1024 })), "not one of 1024 bits"],
    [pem(pair("ec", { namedCurve: "P-256" })), "not an ec key"],
    [pem(pair("rsa-pss", { modulusLength: 2048 })), "not an rsa-pss key"],
    [pem(rsa, { cipher: "aes-256-cbc", passphrase: "canary" }), "not one that is encrypted"],
    [rsa.publicKey.export({ type: "spki", format: "pem" }), "not a public key"],
    ["canary", "not a text of another format"],
    ["", "not a text of another format"],
    [Buffer.from(signingKey), "not a value of another type"],
    [rsa.privateKey, "not a value of another type"],
  ];
  for (const [key, problem] of refused) {
    const message =
      `The option "signingKey" of startTenant must be an RSA private key of at least 2048 bits, as PEM, ${problem}. ` +
      "Generate one: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048";
    const started = async () => (await startTenant({ signingKey: key })).close();
    await assert.rejects(started, { message });
  }
});

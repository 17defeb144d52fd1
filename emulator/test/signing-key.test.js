import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { startTenant } from "../index.js";
import { api, token } from "../test-support/client.js";

const pem = (type, options) => {
  const { privateKey } = generateKeyPairSync(type, options);
  return privateKey.export({ type: "pkcs8", format: "pem" });
};
const signingKey = pem("rsa", { modulusLength: 2048 });

async function start(t, options) {
  const tenant = await startTenant(options);
  t.after(() => tenant.close());
  return tenant;
}

const keysOf = async (tenant) =>
  (await (await fetch(`${tenant.url}/.well-known/jwks.json`)).json()).keys;

test("a tenant signs with the key that it is given, until it is rotated", async (t) => {
  const tenants = [await start(t, { signingKey }), await start(t, { signingKey })];
  const [[one], [other]] = await Promise.all(tenants.map(keysOf));
  assert.equal(one.n, other.n);
  assert.notEqual(one.kid, other.kid);
  const call = await api(tenants[0]);
  assert.equal((await call("GET", "/users")).status, 200);
  await tenants[0].rotateKeys();
  const [next, previous] = await keysOf(tenants[0]);
  assert.notEqual(next.n, one.n);
  assert.equal(previous.n, one.n);
});

test("tenants with the same key do not accept each other's tokens", async (t) => {
  const [one, other] = [await start(t, { signingKey }), await start(t, { signingKey })];
  const { body } = await token(one);
  const call = await api(other);
  const { status } = await call("GET", "/users", { token: body.access_token });
  assert.equal(status, 401);
});

test("with a seed of its identifiers too, a tenant issues the same tokens on every run", async (t) => {
  const signed = async () => {
    const tenant = await start(t, { signingKey, deterministic: "x", origin: "http://auth0:4000" });
    tenant.clock.set("2030-01-01T00:00:00Z");
    tenant.clock.freeze();
    return (await token(tenant, { client_secret: tenant.clientSecret })).body.access_token;
  };
  assert.equal(await signed(), await signed());
});

test("a key that cannot sign is refused, and not quoted", async () => {
  const small = pem("rsa", { modulusLength: 1024 });
  const curve = pem("ec", { namedCurve: "P-256" });
  for (const key of [small, curve, "a secret", "", 1, Buffer.from(signingKey)]) {
    await assert.rejects(async () => (await startTenant({ signingKey: key })).close(), {
      message:
        'The option "signingKey" of startTenant must be an RSA private key of at least 2048 bits, as PEM and without a passphrase',
    });
  }
});

// private_key_jwt: what is signed, that no assertion is sent twice, and what a refusal says.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { Auth0UserSecurityService, ConfigurationError } from "@archie/auth0-user-security";
import { CALLBACK, connect, identitiesOf, signIn } from "../../test-support/connection.mjs";
import {
  assertionsOf,
  keyClient,
  pemPair,
  registered,
  tokenForms,
} from "../../test-support/keys.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, tenantOf, tokenRequests } from "../../test-support/service.mjs";

const { ada, grace } = PEOPLE;
const asGrace = { user: ada, provider: "google-oauth2", as: grace };
const retry = { maxAttempts: 3, maxDelayMs: 0 };

let rsa;
let p256;

before(() => {
  rsa = pemPair("rsa");
  p256 = pemPair();
});

/** A service that authenticates with a private key instead of the tenant's secret. */
function keyService({ domain, clientId }, clientAssertion, config) {
  return serviceFor({ domain, clientId }, { clientAssertion, retry, ...config });
}

const tenantWith = (t, ...keys) => tenantOf(t, { client: keyClient(keys) });

for (const [algorithm, pairOf] of [
  ["RS256", () => rsa],
  ["RS384", () => rsa],
  ["PS256", () => rsa],
  ["ES256", () => p256],
]) {
  test(`Auth0 accepts an assertion signed by ${algorithm}`, async (t) => {
    const pair = pairOf();
    const tenant = await tenantWith(t, registered(pair, algorithm));
    const service = keyService(tenant, { privateKey: pair.privateKey, algorithm });
    assert.ok((await service.findUserSessions(ada)).length > 0);
    assert.equal(assertionsOf(tenant)[0].header.alg, algorithm);
  });
}

test("the default algorithm of a key need not be named", async (t) => {
  const tenant = await tenantWith(t, registered(rsa, "RS256"), registered(p256));
  for (const { privateKey } of [rsa, p256]) {
    await keyService(tenant, { privateKey }).findUserSessions(ada);
  }
  const algorithms = assertionsOf(tenant).map(({ header }) => header.alg);
  assert.deepEqual(algorithms, ["RS256", "ES256"]);
});

test("a key may be in PKCS#1, have other line endings, and follow other sections", async (t) => {
  const encoding = { type: "pkcs1" };
  const old = pemPair("rsa", { encoding });
  const tenant = await tenantWith(t, registered(old, "RS256"), registered(p256));
  for (const privateKey of [
    old.privateKey,
    p256.privateKey.replaceAll("\n", "\r\n"),
    p256.privateKey.replaceAll("\n", " "),
    `Bag Attributes\n${p256.publicKey}${p256.privateKey}`,
  ]) {
    const service = keyService(tenant, { privateKey });
    assert.ok((await service.findUserSessions(ada)).length > 0);
  }
});

test("the assertion has issuer, audience, an id of its own and a lifetime of two minutes", async (t) => {
  const tenant = await tenantWith(t, registered(rsa, "RS256", "key-1"));
  const earliest = Math.floor(Date.now() / 1000);
  const clientAssertion = { privateKey: rsa.privateKey, keyId: "key-1" };
  await keyService(tenant, clientAssertion).findUserSessions(ada);
  const [{ text, header, claims }] = assertionsOf(tenant);
  assert.deepEqual(header, { alg: "RS256", typ: "JWT", kid: "key-1" });
  const { iat, jti, ...others } = claims;
  const { clientId, issuer } = tenant;
  assert.deepEqual(others, { iss: clientId, sub: clientId, aud: issuer, exp: iat + 180 });
  // Backdated by a minute, for clocks that run fast.
  assert.ok(iat >= earliest - 60 && iat <= earliest, `issued at ${iat}`);
  assert.match(jti, /^[\w-]{22,64}$/);
  assert.ok(text.length <= 2048, `${text.length} characters`);
  const { client_assertion: _, ...form } = Object.fromEntries(tokenForms(tenant)[0]);
  assert.deepEqual(form, {
    grant_type: "client_credentials",
    audience: tenant.audience,
    client_id: clientId,
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  });
});

test("without a key id, the header has none", async (t) => {
  const tenant = await tenantWith(t, registered(p256, "ES256", "key-1"));
  await keyService(tenant, { privateKey: p256.privateKey }).findUserSessions(ada);
  assert.deepEqual(assertionsOf(tenant)[0].header, { alg: "ES256", typ: "JWT" });
});

test("each attempt has its own assertion, because Auth0 accepts each only once", async (t) => {
  const tenant = await tenantWith(t, registered(p256));
  // Auth0 has received the assertion, and its response is lost.
  tenant.fault("/oauth/token", { commit: true, status: 503 }, 2);
  const service = keyService(tenant, { privateKey: p256.privateKey });
  assert.ok((await service.findUserSessions(ada)).length > 0);
  const ids = assertionsOf(tenant).map(({ claims }) => claims.jti);
  assert.equal(ids.length, 3);
  assert.equal(new Set(ids).size, 3);
});

test("many services with one key never send the same assertion", async (t) => {
  const tenant = await tenantWith(t, registered(p256));
  const services = Array.from({ length: 20 }, () =>
    keyService(tenant, { privateKey: p256.privateKey }),
  );
  await Promise.all(services.map((service) => service.findUserSessions(ada)));
  assert.equal(new Set(assertionsOf(tenant).map(({ claims }) => claims.jti)).size, 20);
});

for (const [name, { keys, quirks, method = "private_key_jwt" }] of Object.entries({
  "is not registered": { keys: [] },
  "is registered under another key id": { keys: [["ES256", "another"]] },
  "is registered for another algorithm": { keys: [["ES384", "key-1"]] },
  "is refused as invalid_client": { keys: [], quirks: { invalidClient: true } },
  "belongs to an application with another method": {
    keys: [["ES256", "key-1"]],
    method: "client_secret_post",
  },
})) {
  test(`a key that ${name} is a configuration error`, async (t) => {
    const public_keys = keys.map(([alg, kid]) => registered(p256, alg, kid));
    const client = { ...keyClient(public_keys), token_endpoint_auth_method: method };
    const tenant = await tenantOf(t, { client, quirks });
    const { privateKey } = p256;
    const service = keyService(tenant, { privateKey, keyId: "key-1" });
    const error = await rejection(service.findUserSessions(ada));
    assert.equal(error.constructor, ConfigurationError);
    assert.equal(error.field, "clientAssertion.privateKey");
    for (const cause of [/private_key_jwt/, /ES256/, /key id/, /clock/]) {
      assert.match(error.hint, cause);
    }
    assert.doesNotMatch(error.message, /secret/i);
    assert.equal(tokenRequests(tenant).length, 1);
  });
}

test("a secret for an application that authenticates with a key is rejected as a secret", async (t) => {
  const tenant = await tenantWith(t, registered(p256));
  const error = await rejection(serviceFor(tenant).findUserSessions(ada));
  assert.deepEqual([error.code, error.field], ["ERR_CONFIGURATION", "clientSecret"]);
});

test("accounts are connected with an assertion too, for the login page's issuer", async (t) => {
  const tenant = await tenantWith(t, registered(p256));
  const service = keyService(tenant, { privateKey: p256.privateKey });
  await connect(tenant, service, asGrace);
  assert.deepEqual(identitiesOf(tenant, ada), [ada, grace]);
  const exchange = tokenForms(tenant).find((form) => form.has("code"));
  assert.deepEqual(
    [exchange.get("client_secret"), exchange.get("client_id")],
    [null, tenant.clientId],
  );
  const assertions = assertionsOf(tenant);
  assert.equal(assertions.length, 2);
  assert.ok(assertions.every(({ claims }) => claims.aud === tenant.issuer));
  assert.notEqual(assertions[0].claims.jti, assertions[1].claims.jti);
});

test("a separate linking application signs with its own key", async (t) => {
  const tenant = await tenantOf(t);
  const clientId = "the-web-application";
  tenant.addClient({
    client_id: clientId,
    callbacks: [CALLBACK],
    ...keyClient([registered(rsa, "PS256")]),
  });
  const clientAssertion = { privateKey: rsa.privateKey, algorithm: "PS256" };
  const service = serviceFor(tenant, { application: { clientId, clientAssertion } });
  await connect(tenant, service, asGrace);
  assert.deepEqual(identitiesOf(tenant, ada), [ada, grace]);
  const [{ header, claims }, ...more] = assertionsOf(tenant);
  assert.deepEqual([header.alg, claims.iss, claims.sub], ["PS256", clientId, clientId]);
  assert.deepEqual(more, []);
});

test("an application whose key Auth0 rejects is named", async (t) => {
  const tenant = await tenantOf(t);
  const clientId = "the-web-application";
  tenant.addClient({ client_id: clientId, callbacks: [CALLBACK], ...keyClient([]) });
  const { privateKey } = p256;
  const application = { clientId, clientAssertion: { privateKey } };
  const error = await rejection(connect(tenant, serviceFor(tenant, { application }), asGrace));
  assert.deepEqual([error.code, error.field], ["ERR_CONFIGURATION", "application"]);
  assert.match(error.message, /private key/);
  assert.deepEqual(identitiesOf(tenant, ada), [ada]);
});

test("after a lost response, a code is not sent again, not even with a new assertion", async (t) => {
  const tenant = await tenantWith(t, registered(p256));
  const service = keyService(tenant, { privateKey: p256.privateKey });
  const { code, state } = await signIn(tenant, service, asGrace);
  await service.findUserSessions(ada);
  tenant.fault("/oauth/token", { commit: true, reset: "after" });
  const error = await rejection(service.connectSecondaryAccount(ada, CALLBACK, code, { state }));
  assert.equal(error.code, "ERR_NETWORK");
  assert.equal(tokenForms(tenant).filter((form) => form.has("code")).length, 1);
});

test("only a service with the same key can finish a connection", async (t) => {
  const tenant = await tenantWith(t, registered(p256), registered(rsa, "RS256"));
  const beginner = keyService(tenant, { privateKey: p256.privateKey });
  const { code, state } = await signIn(tenant, beginner, asGrace);
  const finish = ({ privateKey }) =>
    keyService(tenant, { privateKey }).connectSecondaryAccount(ada, CALLBACK, code, { state });
  assert.equal((await rejection(finish(rsa))).reason, "state_invalid");
  assert.equal((await finish(p256)).length, 2);
});

test("a new key replaces a revoked one while other services keep running", async (t) => {
  const tenant = await tenantOf(t);
  const { domain, audience } = tenant;
  const grants = [{ audience, scope: ["read:users", "read:sessions"] }];
  const client = tenant.addClient({ ...keyClient([registered(p256)]), grants });
  const serviceWith = ({ privateKey }) =>
    keyService({ domain, clientId: client.client_id }, { privateKey });
  const old = serviceWith(p256);
  await old.findUserSessions(ada);
  const next = pemPair();
  client.public_keys.push(registered(next));
  const renewed = serviceWith(next);
  assert.ok((await renewed.findUserSessions(ada)).length > 0);
  client.public_keys.shift();
  assert.ok((await old.findUserSessions(ada)).length > 0, "the token is valid for its lifetime");
  await tenant.rotateKeys({ revoke: true });
  assert.ok((await renewed.findUserSessions(ada)).length > 0);
  assert.equal((await rejection(old.findUserSessions(ada))).field, "clientAssertion.privateKey");
});

test("an assertion rejected with another status is a configuration error too", async (t) => {
  const token = { status: 400, body: { error: "invalid_client" } };
  const server = await scriptedServer(t, { token, api: {} });
  const service = keyService(server, { privateKey: p256.privateKey });
  const error = await rejection(service.findUserSessions(ada));
  assert.equal(error.field, "clientAssertion.privateKey");
});

test("fromEnv accepts a key in the overrides, and then reads no secret", async (t) => {
  const tenant = await tenantWith(t, registered(p256));
  const { AUTH0_CLIENT_SECRET: previous } = process.env;
  t.after(() => {
    delete process.env.AUTH0_CLIENT_SECRET;
    if (previous !== undefined) process.env.AUTH0_CLIENT_SECRET = previous;
  });
  delete process.env.AUTH0_CLIENT_SECRET;
  const { domain, clientId } = tenant;
  const overrides = { domain, clientId, clientAssertion: { privateKey: p256.privateKey } };
  const fromEnv = () => Auth0UserSecurityService.fromEnv(overrides, recordingLogger());
  assert.ok((await fromEnv().findUserSessions(ada)).length > 0);
  process.env.AUTH0_CLIENT_SECRET = "left over";
  assert.throws(fromEnv, ({ field, hint }) => {
    return field === "clientSecret" && /AUTH0_CLIENT_SECRET/.test(hint);
  });
});

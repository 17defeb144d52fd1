// Which signing keys of a tenant are used, and how often they are fetched.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Auth0ApiError } from "@archie/auth0-user-security";
import { connectWith, linkRequests } from "../../test-support/linking.mjs";
import { announced } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor } from "../../test-support/service.mjs";
import {
  generateStrangersKey,
  genuine,
  isCodeExchange,
  KEY_ID,
  own,
  publicJwk,
  scriptedIssuer,
} from "../../test-support/signing.mjs";

const stranger = generateStrangersKey();
const publicPem = own.publicKey.export({ type: "spki", format: "pem" });

const keyRequests = (issuer) => issuer.requests.filter(({ url }) => url.includes("jwks"));
const genuineOf = (claims) => genuine(claims);
const withClaims = (changes) => (claims) => genuine({ ...claims, ...changes });

test("a flood of unknown key ids causes hardly any key requests", async (t) => {
  const issuer = await scriptedIssuer(t);
  const service = serviceFor(issuer);
  for (let round = 0; round < 30; round++) {
    const forge = (claims) => genuine(claims, { kid: `unknown-${round}` });
    const error = await rejection(connectWith(issuer, forge, service));
    assert.equal(error.reason, "id_token_invalid");
  }
  assert.equal((await connectWith(issuer, genuineOf, service)).length, 2);
  assert.ok(keyRequests(issuer).length <= 2, `${keyRequests(issuer).length} requests`);
});

const ofUnknownKey = (claims) => genuine(claims, { kid: "unknown" });

test("a flood of unknown key ids is bounded while fetching fails", async (t) => {
  const responses = [{ keys: [publicJwk()] }, { status: 500 }];
  let asked = 0;
  const keys = () => responses[Math.min(asked++, responses.length - 1)];
  const issuer = await scriptedIssuer(t, { keys });
  const service = serviceFor(issuer, { retry: { maxAttempts: 2, maxDelayMs: 0 } });
  const first = await rejection(connectWith(issuer, ofUnknownKey, service));
  assert.equal(first.endpoint, "/.well-known/jwks.json", String(first));
  for (let round = 0; round < 30; round++) {
    const error = await rejection(connectWith(issuer, ofUnknownKey, service));
    assert.equal(error.reason, "id_token_invalid", String(error));
  }
  assert.equal((await connectWith(issuer, genuineOf, service)).length, 2);
  assert.equal(asked, 3, "one fetch, and one refetch with two attempts");
});

test("a fetch caused by an unknown key id does not delay tokens with a known key", async (t) => {
  const refetch = announced("hang");
  let asked = 0;
  const keys = () => (asked++ === 0 ? { keys: [publicJwk()] } : refetch.response());
  const issuer = await scriptedIssuer(t, { keys });
  const service = serviceFor(issuer);
  const controller = new AbortController();
  const { signal } = controller;
  const forged = rejection(connectWith(issuer, ofUnknownKey, service, { signal }));
  await refetch.asked;
  assert.equal((await connectWith(issuer, genuineOf, service)).length, 2);
  controller.abort("enough");
  assert.equal(await forged, "enough");
});

test("a key that the tenant has rotated is fetched", async (t) => {
  let current = publicJwk(own, "old");
  const issuer = await scriptedIssuer(t, { keys: () => ({ keys: [current] }) });
  const service = serviceFor(issuer);
  const signedBy = (key, kid) => (claims) => genuine(claims, { key, kid });
  await connectWith(issuer, signedBy(own, "old"), service);
  current = publicJwk(stranger, "new");
  assert.equal((await connectWith(issuer, signedBy(stranger, "new"), service)).length, 2);
  assert.equal(keyRequests(issuer).length, 2);
});

test("the signing keys are fetched before the code is sent", async (t) => {
  const issuer = await scriptedIssuer(t);
  await connectWith(issuer, genuineOf);
  const order = issuer.requests.filter(
    (request) => isCodeExchange(request) || request.url.includes("jwks"),
  );
  assert.deepEqual(order.map(isCodeExchange), [false, true]);
});

test("concurrent connections share one fetch of the keys", async (t) => {
  const issuer = await scriptedIssuer(t);
  const service = serviceFor(issuer);
  const forge = withClaims({ nonce: "other" });
  const attempts = Array.from({ length: 20 }, () => rejection(connectWith(issuer, forge, service)));
  for (const error of await Promise.all(attempts)) assert.equal(error.reason, "id_token_invalid");
  assert.equal(keyRequests(issuer).length, 1);
});

test("a token that names no key is rejected if there are several", async (t) => {
  const keys = { keys: [publicJwk(own, "a"), publicJwk(stranger, "b")] };
  const issuer = await scriptedIssuer(t, { keys });
  const forge = (claims) => genuine(claims, { kid: undefined });
  assert.equal((await rejection(connectWith(issuer, forge))).reason, "id_token_invalid");
});

for (const [name, jwk] of [
  ["is for encryption", { ...publicJwk(), use: "enc" }],
  ["is for another algorithm", { ...publicJwk(), alg: "RS512" }],
  ["is symmetric", { kty: "oct", kid: KEY_ID, k: Buffer.from(publicPem).toString("base64url") }],
  ["lacks its modulus", { ...publicJwk(), n: undefined }],
  ["is not base64url", { ...publicJwk(), n: "+/+/" }],
  ["is of 512 bits", { ...publicJwk(), n: publicJwk().n.slice(0, 86) }],
  ["is empty", { ...publicJwk(), n: "", e: "" }],
  ["has a use that is not a string", { ...publicJwk(), use: ["enc"] }],
  ["has an unknown use", { ...publicJwk(), use: "SIG" }],
  ["only signs", { ...publicJwk(), key_ops: ["sign"] }],
  ["has no operations", { ...publicJwk(), key_ops: [] }],
  ["has operations that are not a list", { ...publicJwk(), key_ops: "verify" }],
  ["only encrypts", { ...publicJwk(), key_ops: ["encrypt", "wrapKey"] }],
]) {
  test(`a key that ${name} verifies nothing`, async (t) => {
    const issuer = await scriptedIssuer(t, { keys: { keys: [jwk] } });
    assert.equal((await rejection(connectWith(issuer, genuineOf))).reason, "id_token_invalid");
    assert.deepEqual(linkRequests(issuer), []);
  });
}

for (const key_ops of [["verify"], ["sign", "verify"]]) {
  test(`a key for the operations ${key_ops} verifies`, async (t) => {
    const issuer = await scriptedIssuer(t, { keys: { keys: [{ ...publicJwk(), key_ops }] } });
    assert.equal((await connectWith(issuer, genuineOf)).length, 2);
  });
}

const json = JSON.stringify;
const duplicated = (member) => `${json(publicJwk(stranger)).slice(0, -1)},${member}}`;

for (const [name, key] of Object.entries({
  null: "null",
  "a number": "5",
  "a text": '"RSA"',
  "a list": "[[[]]]",
  "an empty object": "{}",
  "a key without kty": json({ ...publicJwk(stranger, "other"), kty: undefined }),
  "a key whose kty is a number": json({ ...publicJwk(), kty: 5 }),
  "a key without a kid": json({ ...publicJwk(stranger), kid: undefined, e: 5 }),
  "a key whose kid is an object": json({ ...publicJwk(stranger), kid: {} }),
  "a key of the same kid with a modulus that is not base64url": json({ ...publicJwk(), n: "+/+/" }),
  "another issuer's key with the same kid": json(publicJwk(stranger)),
  "a key of the same kid without a modulus": json({ ...publicJwk(), n: undefined }),
  "a key whose modulus is a list": json({ ...publicJwk(), n: [1] }),
  "a key with a duplicate kid": duplicated(`"kid":"${KEY_ID}"`),
  "a key with a duplicate modulus": duplicated('"n":"AQAB"'),
  "a key with a duplicate unknown member": duplicated('"x":1,"x":2'),
  "a key with a lone surrogate": duplicated('"x5t":"\\ud800"'),
  "a key whose kid is a lone surrogate": '{"kty":"RSA","kid":"\\ud800","n":"AQAB","e":"AQAB"}',
  "a key with a number out of range": '{"kty":"RSA","exp":1e999}',
  "a key nested too deeply": `{"kty":${"[".repeat(300)}${"]".repeat(300)}}`,
})) {
  test(`next to ${name} the other keys still verify`, async (t) => {
    for (const list of [
      [key, json(publicJwk())],
      [json(publicJwk()), key],
    ]) {
      const issuer = await scriptedIssuer(t, { keys: { body: `{"keys":[${list}]}` } });
      assert.equal((await connectWith(issuer, genuineOf)).length, 2);
    }
  });
}

test("without a usable key the code is not used, and the next call fetches the keys again", async (t) => {
  let keys = { keys: [{ ...publicJwk(), use: "enc" }] };
  const issuer = await scriptedIssuer(t, { keys: () => keys });
  const service = serviceFor(issuer);
  for (const nothing of [keys, { keys: [] }]) {
    keys = nothing;
    const error = await rejection(connectWith(issuer, genuineOf, service));
    assert.equal(error.reason, "id_token_invalid", String(error));
    assert.deepEqual(issuer.requests.filter(isCodeExchange), []);
  }
  keys = { keys: [publicJwk()] };
  assert.equal((await connectWith(issuer, genuineOf, service)).length, 2);
});

const NO_KEYS = [{ keys: 5 }, { keys: [5] }, { keys: [{ kty: 5 }, null] }, {}];

for (const keys of [{ status: 500 }, { status: 404 }, { body: "<p>" }, ...NO_KEYS, "reset"]) {
  test(`a key response ${JSON.stringify(keys)} is an Auth0ApiError`, async (t) => {
    const issuer = await scriptedIssuer(t, { keys });
    const service = serviceFor(issuer, { retry: { maxAttempts: 2, maxDelayMs: 0 } });
    const error = await rejection(connectWith(issuer, genuineOf, service));
    assert.ok(error instanceof Auth0ApiError, String(error));
    assert.equal(error.endpoint, "/.well-known/jwks.json");
    assert.equal(issuer.requests.filter(isCodeExchange).length, 0, "the code is not used");
    assert.deepEqual(linkRequests(issuer), []);
  });
}

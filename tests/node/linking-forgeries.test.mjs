// ID tokens as an attacker would make them: only the genuine one connects an account.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AccountLinkingError, Auth0ApiError } from "@archie/auth0-user-security";
import { announced, scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, writes } from "../../test-support/service.mjs";
import {
  genuine,
  goodClaims,
  hs256,
  isCodeExchange,
  KEY_ID,
  own,
  PRIMARY,
  publicJwk,
  rs256,
  scriptedIssuer,
  stranger,
  token,
} from "../../test-support/signing.mjs";

const CALLBACK = "https://app.example.com/callback";
const now = Math.floor(Date.now() / 1000);
const RS256 = { alg: "RS256", typ: "JWT", kid: KEY_ID };
const publicPem = own.publicKey.export({ type: "spki", format: "pem" });

/** Comes back from a bound flow with the token that `forge` makes of the honest claims. */
async function connectWith(issuer, forge, service = serviceFor(issuer), more = {}) {
  const options = { user: PRIMARY };
  const ticket = service.generateAccountConnectionUrl("google-oauth2", CALLBACK, options);
  issuer.idToken = forge(goodClaims(issuer, ticket.nonce), issuer);
  const { state } = ticket;
  return await service.connectSecondaryAccount(PRIMARY, CALLBACK, "code", { state, ...more });
}

const linkRequests = (issuer) => writes(issuer).filter(({ url }) => url.includes("identities"));
const keyRequests = (issuer) => issuer.requests.filter(({ url }) => url.includes("jwks"));

for (const [name, forge] of Object.entries({
  "with one audience": (claims) => genuine(claims),
  "without azp, in a list of one": (claims) => genuine({ ...claims, aud: [claims.aud] }),
  "with several audiences and azp": (claims) =>
    genuine({ ...claims, aud: ["other", claims.aud], azp: claims.aud }),
  "that ended within the leeway": (claims) => genuine({ ...claims, exp: now - 30 }),
  "with a login within the leeway": (claims) => genuine({ ...claims, auth_time: now - 30 }),
  "from a clock that is ahead": (claims) =>
    genuine({ ...claims, iat: now + 50, auth_time: now + 50 }),
  "with claims of any kind beside": (claims) =>
    genuine({ ...claims, sid: 5, "https://x.example/": { a: null }, org_id: null }),
  "with email_verified as text": (claims) => genuine({ ...claims, email_verified: "true" }),
  "without a key id, when there is one key": (claims) => genuine(claims, { kid: undefined }),
  "without typ": (claims) => genuine(claims, { typ: undefined }),
  "with typ in another spelling": (claims) => genuine(claims, { typ: "jwt" }),
  "that is valid since the leeway": (claims) => genuine({ ...claims, nbf: now + 50 }),
  "with times that are no whole seconds": (claims) =>
    genuine({ ...claims, iat: now + 0.5, nbf: now - 0.5 }),
})) {
  test(`a genuine token ${name} connects`, async (t) => {
    const issuer = await scriptedIssuer(t);
    assert.equal((await connectWith(issuer, forge)).length, 2);
    assert.equal(linkRequests(issuer).length, 1);
  });
}

const withClaims = (changes) => (claims) => genuine({ ...claims, ...changes });
const tampered = (claims, changes) => {
  const [header, , signature] = genuine(claims).split(".");
  const payload = genuine({ ...claims, ...changes }).split(".")[1];
  return [header, payload, signature].join(".");
};

for (const [name, forge] of Object.entries({
  "alg none, without a signature": (claims) => token({ ...RS256, alg: "none" }, claims, () => ""),
  "alg None in another spelling": (claims) => token({ ...RS256, alg: "nOnE" }, claims, () => ""),
  "alg none, with a genuine signature": (claims) =>
    token({ ...RS256, alg: "none" }, claims, rs256(own)),
  "HS256 with the public key as secret": (claims) =>
    token({ ...RS256, alg: "HS256" }, claims, hs256(publicPem)),
  "HS256 with the public key in JWK form": (claims) =>
    token({ ...RS256, alg: "HS256" }, claims, hs256(JSON.stringify(publicJwk()))),
  "HS256 with the client secret": (claims, { clientSecret }) =>
    token({ ...RS256, alg: "HS256" }, claims, hs256(clientSecret)),
  "RS384 in the header": (claims) => genuine(claims, { alg: "RS384" }),
  "no alg": (claims) => genuine(claims, { alg: undefined }),
  "the key of somebody else": (claims) => genuine(claims, { key: stranger }),
  "a key of its own in the header": (claims) =>
    genuine(claims, { key: stranger, jwk: publicJwk(stranger), jku: "https://evil.example/" }),
  "an unknown key id": (claims) => genuine(claims, { kid: "unknown" }),
  "no signature": (claims) => token(RS256, claims, () => ""),
  "another payload under the signature": (claims) => tampered(claims, { email: "x" }),
  "two parts": (claims) => genuine(claims).split(".").slice(0, 2).join("."),
  "four parts": (claims) => `${genuine(claims)}.x`,
  "no parts": () => "x",
  "no text at all": () => "",
  padding: (claims) => `${genuine(claims)}=`,
  "another issuer": withClaims({ iss: "https://evil.example/" }),
  "an issuer without its slash": (claims, { domain }) => genuine({ ...claims, iss: domain }),
  "no issuer": withClaims({ iss: undefined }),
  "no subject": withClaims({ sub: undefined }),
  "an empty subject": withClaims({ sub: "" }),
  "a subject that is no text": withClaims({ sub: 5 }),
  "another audience": withClaims({ aud: "other" }),
  "no audience": withClaims({ aud: undefined }),
  "an empty list of audiences": withClaims({ aud: [] }),
  "only other audiences": withClaims({ aud: ["other", "another"] }),
  "only another audience, in a list": withClaims({ aud: ["other"] }),
  "only other audiences, though azp is right": (claims) =>
    genuine({ ...claims, aud: ["other", "another"], azp: claims.aud }),
  "several audiences without azp": (claims) => genuine({ ...claims, aud: [claims.aud, "other"] }),
  "another azp": withClaims({ azp: "other" }),
  "another azp among several audiences": (claims) =>
    genuine({ ...claims, aud: [claims.aud, "other"], azp: "other" }),
  "an end in the past": withClaims({ exp: now - 120 }),
  "no end": withClaims({ exp: undefined }),
  "an end that is no number": withClaims({ exp: "9999999999" }),
  "an end beyond all dates": withClaims({ exp: Number.MAX_SAFE_INTEGER }),
  "no time of issue": withClaims({ iat: undefined }),
  "another nonce": withClaims({ nonce: "other" }),
  "no nonce": withClaims({ nonce: undefined }),
  "no auth_time": withClaims({ auth_time: undefined }),
  "an old auth_time": withClaims({ auth_time: now - 120 }),
  "an auth_time that is no number": withClaims({ auth_time: "now" }),
  "an auth_time in the future": withClaims({ auth_time: now + 120 }),
  "a time of issue in the future": withClaims({ iat: now + 120 }),
  "a time of issue beyond all dates": withClaims({ iat: Number.MAX_VALUE }),
  "a time of issue that is no number": withClaims({ iat: `${now}` }),
  "a validity that begins in the future": withClaims({ nbf: now + 120 }),
  "a validity that begins at no time": withClaims({ nbf: "now" }),
  "a critical extension": (claims) => genuine(claims, { crit: ["b64"], b64: true }),
  "a critical extension that is named but absent": (claims) => genuine(claims, { crit: ["exp"] }),
  "an empty list of critical extensions": (claims) => genuine(claims, { crit: [] }),
  "critical extensions that are null": (claims) => genuine(claims, { crit: null }),
  "the type of an access token": (claims) => genuine(claims, { typ: "at+jwt" }),
  "the long type of an access token": (claims) => genuine(claims, { typ: "application/at+jwt" }),
  "the type of a logout token": (claims) => genuine(claims, { typ: "logout+jwt" }),
  "the type of a DPoP proof": (claims) => genuine(claims, { typ: "dpop+jwt" }),
  "a type that is no text": (claims) => genuine(claims, { typ: ["JWT"] }),
  "an empty type": (claims) => genuine(claims, { typ: "" }),
  "far more text than a token": withClaims({ filler: "x".repeat(40_000) }),
})) {
  test(`a token with ${name} is refused`, async (t) => {
    const issuer = await scriptedIssuer(t);
    const error = await rejection(connectWith(issuer, forge));
    assert.equal(error.constructor, AccountLinkingError, String(error));
    assert.equal(error.reason, "id_token_invalid");
    assert.deepEqual(linkRequests(issuer), []);
  });
}

for (const email_verified of [false, undefined, null, "false", 1, "yes", {}, ["true"]]) {
  test(`email_verified ${JSON.stringify(email_verified)} counts as unverified`, async (t) => {
    const issuer = await scriptedIssuer(t);
    const error = await rejection(connectWith(issuer, withClaims({ email_verified })));
    assert.equal(error.reason, "unverified_email", String(error));
    assert.deepEqual(linkRequests(issuer), []);
  });
}

test("a flood of unknown key ids hardly fetches any keys", async (t) => {
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

const genuineOf = (claims) => genuine(claims);
const ofUnknownKey = (claims) => genuine(claims, { kid: "unknown" });

test("a flood of unknown key ids is bounded while fetching fails", async (t) => {
  const answers = [{ keys: [publicJwk()] }, { status: 500 }];
  let asked = 0;
  const keys = () => answers[Math.min(asked++, answers.length - 1)];
  const issuer = await scriptedIssuer(t, { keys });
  const service = serviceFor(issuer, { retry: { maxAttempts: 2, maxDelayMs: 0 } });
  const first = await rejection(connectWith(issuer, ofUnknownKey, service));
  assert.equal(first.endpoint, "/.well-known/jwks.json", String(first));
  for (let round = 0; round < 30; round++) {
    const error = await rejection(connectWith(issuer, ofUnknownKey, service));
    assert.equal(error.reason, "id_token_invalid", String(error));
  }
  assert.equal((await connectWith(issuer, genuineOf, service)).length, 2);
  assert.equal(asked, 3, "once, and one refetch of two attempts");
});

test("a fetch that an unknown key id caused delays nobody whose key is known", async (t) => {
  const refetch = announced("hang");
  let asked = 0;
  const keys = () => (asked++ === 0 ? { keys: [publicJwk()] } : refetch.answer());
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

test("the signing keys are there before the code is sent", async (t) => {
  const issuer = await scriptedIssuer(t);
  await connectWith(issuer, genuineOf);
  const order = issuer.requests.filter(
    (request) => isCodeExchange(request) || request.url.includes("jwks"),
  );
  assert.deepEqual(order.map(isCodeExchange), [false, true]);
});

test("many connections at once share one fetch of the keys", async (t) => {
  const issuer = await scriptedIssuer(t);
  const service = serviceFor(issuer);
  const forge = withClaims({ nonce: "other" });
  const attempts = Array.from({ length: 20 }, () => rejection(connectWith(issuer, forge, service)));
  for (const error of await Promise.all(attempts)) assert.equal(error.reason, "id_token_invalid");
  assert.equal(keyRequests(issuer).length, 1);
});

test("a token that names no key is refused when there are several", async (t) => {
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
  ["is no base64url", { ...publicJwk(), n: "+/+/" }],
  ["is of 512 bits", { ...publicJwk(), n: publicJwk().n.slice(0, 86) }],
  ["is empty", { ...publicJwk(), n: "", e: "" }],
  ["has a use that is no text", { ...publicJwk(), use: ["enc"] }],
  ["has an unknown use", { ...publicJwk(), use: "SIG" }],
  ["only signs", { ...publicJwk(), key_ops: ["sign"] }],
  ["has no operations", { ...publicJwk(), key_ops: [] }],
  ["has operations that are no list", { ...publicJwk(), key_ops: "verify" }],
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
  "a key of the same kid with a modulus that is no base64url": json({ ...publicJwk(), n: "+/+/" }),
  "a key of the same kid and another person": json(publicJwk(stranger)),
  "a key of the same kid without a modulus": json({ ...publicJwk(), n: undefined }),
  "a key whose modulus is a list": json({ ...publicJwk(), n: [1] }),
  "a key with a duplicate kid": duplicated(`"kid":"${KEY_ID}"`),
  "a key with a duplicate modulus": duplicated('"n":"AQAB"'),
  "a key with a duplicate member of no meaning": duplicated('"x":1,"x":2'),
  "a key with a lone surrogate": duplicated('"x5t":"\\ud800"'),
  "a key whose kid is a lone surrogate": '{"kty":"RSA","kid":"\\ud800","n":"AQAB","e":"AQAB"}',
  "a key with a number beyond all numbers": '{"kty":"RSA","exp":1e999}',
  "a key nested beyond all limits": `{"kty":${"[".repeat(300)}${"]".repeat(300)}}`,
})) {
  test(`beside ${name} the other keys still verify`, async (t) => {
    for (const list of [
      [key, json(publicJwk())],
      [json(publicJwk()), key],
    ]) {
      const issuer = await scriptedIssuer(t, { keys: { body: `{"keys":[${list}]}` } });
      assert.equal((await connectWith(issuer, genuineOf)).length, 2);
    }
  });
}

test("without a usable key the code is not spent, and the next call asks again", async (t) => {
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
  test(`signing keys answered by ${JSON.stringify(keys)} are an Auth0ApiError`, async (t) => {
    const issuer = await scriptedIssuer(t, { keys });
    const service = serviceFor(issuer, { retry: { maxAttempts: 2, maxDelayMs: 0 } });
    const error = await rejection(connectWith(issuer, genuineOf, service));
    assert.ok(error instanceof Auth0ApiError, String(error));
    assert.equal(error.endpoint, "/.well-known/jwks.json");
    assert.equal(issuer.requests.filter(isCodeExchange).length, 0, "the code is not spent");
    assert.deepEqual(linkRequests(issuer), []);
  });
}

for (const status of [301, 302, 307, 308]) {
  test(`a ${status} carries neither code nor secret nor access token away`, async (t) => {
    const elsewhere = await scriptedServer(t, { token: {}, api: {} });
    const redirect = { status, headers: { location: `${elsewhere.domain}/oauth/token` } };
    for (const name of ["code", "keys"]) {
      const issuer = await scriptedIssuer(t, { [name]: redirect });
      assert.equal((await rejection(connectWith(issuer, genuineOf))).statusCode, status);
    }
    const issuer = await scriptedIssuer(t, { userInfo: redirect });
    const byToken = serviceFor(issuer).connectSecondaryAccount(PRIMARY, "github", "token");
    assert.equal((await rejection(byToken)).statusCode, status);
    assert.deepEqual(elsewhere.requests, []);
  });
}

for (const secondary of [
  { user_id: "google-oauth2|other", identities: [{ provider: "google-oauth2", user_id: "other" }] },
  { user_id: "google-oauth2|secondary", identities: [] },
  { user_id: "google-oauth2|secondary" },
]) {
  test(`a second account that reads ${JSON.stringify(secondary)} is not linked`, async (t) => {
    const issuer = await scriptedIssuer(t, { secondary });
    const error = await rejection(connectWith(issuer, genuineOf));
    assert.equal(error.reason, "secondary_not_found", String(error));
    assert.deepEqual(linkRequests(issuer), []);
  });
}

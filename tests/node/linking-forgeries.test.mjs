// ID tokens as an attacker would forge them: only a genuine one connects an account.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AccountLinkingError } from "@archie/auth0-user-security";
import { connectWith, linkRequests } from "../../test-support/linking.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor } from "../../test-support/service.mjs";
import {
  generateStrangersKey,
  genuine,
  hs256,
  KEY_ID,
  own,
  PRIMARY,
  publicJwk,
  rs256,
  scriptedIssuer,
  token,
} from "../../test-support/signing.mjs";

const now = Math.floor(Date.now() / 1000);
const RS256 = { alg: "RS256", typ: "JWT", kid: KEY_ID };
const stranger = generateStrangersKey();
const publicPem = own.publicKey.export({ type: "spki", format: "pem" });

for (const [name, forge] of Object.entries({
  "with one audience": (claims) => genuine(claims),
  "without azp, in a list of one": (claims) => genuine({ ...claims, aud: [claims.aud] }),
  "with several audiences and azp": (claims) =>
    genuine({ ...claims, aud: ["other", claims.aud], azp: claims.aud }),
  "that expired within the leeway": (claims) => genuine({ ...claims, exp: now - 30 }),
  "with a login within the leeway": (claims) => genuine({ ...claims, auth_time: now - 30 }),
  "from a clock that is ahead": (claims) =>
    genuine({ ...claims, iat: now + 50, auth_time: now + 50 }),
  "with other claims of any type": (claims) =>
    genuine({ ...claims, sid: 5, "https://x.example/": { a: null }, org_id: null }),
  "with email_verified as a string": (claims) => genuine({ ...claims, email_verified: "true" }),
  "without a key id, when there is one key": (claims) => genuine(claims, { kid: undefined }),
  "without typ": (claims) => genuine(claims, { typ: undefined }),
  "with typ in another spelling": (claims) => genuine(claims, { typ: "jwt" }),
  "that becomes valid within the leeway": (claims) => genuine({ ...claims, nbf: now + 50 }),
  "with times that are not whole seconds": (claims) =>
    genuine({ ...claims, iat: now + 0.5, nbf: now - 0.5 }),
})) {
  test(`a genuine token ${name} connects`, async (t) => {
    const issuer = await scriptedIssuer(t);
    assert.equal((await connectWith(issuer, forge)).length, 2);
    assert.equal(linkRequests(issuer).length, 1);
  });
}

const genuineOf = (claims) => genuine(claims);
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
  "the key of another issuer": (claims) => genuine(claims, { key: stranger }),
  "a key of its own in the header": (claims) =>
    genuine(claims, { key: stranger, jwk: publicJwk(stranger), jku: "https://evil.example/" }),
  "an unknown key id": (claims) => genuine(claims, { kid: "unknown" }),
  "no signature": (claims) => token(RS256, claims, () => ""),
  "another payload than the signed one": (claims) => tampered(claims, { email: "x" }),
  "two parts": (claims) => genuine(claims).split(".").slice(0, 2).join("."),
  "four parts": (claims) => `${genuine(claims)}.x`,
  "no parts": () => "x",
  "no content": () => "",
  padding: (claims) => `${genuine(claims)}=`,
  "another issuer": withClaims({ iss: "https://evil.example/" }),
  "an issuer without its slash": (claims, { domain }) => genuine({ ...claims, iss: domain }),
  "no issuer": withClaims({ iss: undefined }),
  "no subject": withClaims({ sub: undefined }),
  "an empty subject": withClaims({ sub: "" }),
  "a subject that is not a string": withClaims({ sub: 5 }),
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
  "an expiry in the past": withClaims({ exp: now - 120 }),
  "no expiry": withClaims({ exp: undefined }),
  "an expiry that is not a number": withClaims({ exp: "9999999999" }),
  "an expiry out of range": withClaims({ exp: Number.MAX_SAFE_INTEGER }),
  "no time of issue": withClaims({ iat: undefined }),
  "another nonce": withClaims({ nonce: "other" }),
  "no nonce": withClaims({ nonce: undefined }),
  "no auth_time": withClaims({ auth_time: undefined }),
  "an old auth_time": withClaims({ auth_time: now - 120 }),
  "an auth_time that is not a number": withClaims({ auth_time: "now" }),
  "an auth_time in the future": withClaims({ auth_time: now + 120 }),
  "a time of issue in the future": withClaims({ iat: now + 120 }),
  "a time of issue out of range": withClaims({ iat: Number.MAX_VALUE }),
  "a time of issue that is not a number": withClaims({ iat: `${now}` }),
  "a validity that begins in the future": withClaims({ nbf: now + 120 }),
  "a start of validity that is not a number": withClaims({ nbf: "now" }),
  "a critical extension": (claims) => genuine(claims, { crit: ["b64"], b64: true }),
  "a critical extension that is named but absent": (claims) => genuine(claims, { crit: ["exp"] }),
  "an empty list of critical extensions": (claims) => genuine(claims, { crit: [] }),
  "critical extensions that are null": (claims) => genuine(claims, { crit: null }),
  "the type of an access token": (claims) => genuine(claims, { typ: "at+jwt" }),
  "the long type of an access token": (claims) => genuine(claims, { typ: "application/at+jwt" }),
  "the type of a logout token": (claims) => genuine(claims, { typ: "logout+jwt" }),
  "the type of a DPoP proof": (claims) => genuine(claims, { typ: "dpop+jwt" }),
  "a type that is not a string": (claims) => genuine(claims, { typ: ["JWT"] }),
  "an empty type": (claims) => genuine(claims, { typ: "" }),
  "far too much text": withClaims({ filler: "x".repeat(40_000) }),
})) {
  test(`a token with ${name} is rejected`, async (t) => {
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

for (const status of [301, 302, 307, 308]) {
  test(`a ${status} redirect takes along neither code nor secret nor access token`, async (t) => {
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

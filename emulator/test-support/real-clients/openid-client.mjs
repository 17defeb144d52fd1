import assert from "node:assert/strict";
import { createRemoteJWKSet, jwtVerify } from "jose";
import * as openid from "openid-client";

/** Discovery, code with PKCE, ID token and userinfo, then jose's remote key set. */
const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, USER } = process.env;
const config = await openid.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET);
const verifier = openid.randomPKCECodeVerifier();
const nonce = openid.randomNonce();
const state = openid.randomState();
const url = openid.buildAuthorizationUrl(config, {
  redirect_uri: REDIRECT_URI,
  scope: "openid profile email",
  code_challenge: await openid.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
  max_age: "0",
  nonce,
  state,
});
process.send({ url: url.href });
process.once("message", async ({ callback }) => {
  const tokens = await openid.authorizationCodeGrant(config, new URL(callback), {
    pkceCodeVerifier: verifier,
    expectedNonce: nonce,
    expectedState: state,
    maxAge: 60,
  });
  assert.equal(tokens.claims().sub, USER);
  const info = await openid.fetchUserInfo(config, tokens.access_token, USER);
  assert.equal(info.email, "ada@example.com");
  const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
  const { payload } = await jwtVerify(tokens.id_token, keys, {
    issuer: ISSUER,
    audience: CLIENT_ID,
  });
  assert.equal(payload.nonce, nonce);
  console.log("ok");
  process.disconnect();
});

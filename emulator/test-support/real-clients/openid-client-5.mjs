import assert from "node:assert/strict";
import { generators, Issuer } from "openid-client-5";

/** The library before its rewrite, which many SDKs still contain. The parent process acts as the browser. */
const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, USER } = process.env;
const issuer = await Issuer.discover(ISSUER);
const client = new issuer.Client({
  client_id: CLIENT_ID,
  client_secret: CLIENT_SECRET,
  redirect_uris: [REDIRECT_URI],
  response_types: ["code"],
});
const verifier = generators.codeVerifier();
const [nonce, state] = [generators.nonce(), generators.state()];
const url = client.authorizationUrl({
  scope: "openid email offline_access",
  code_challenge: generators.codeChallenge(verifier),
  code_challenge_method: "S256",
  response_mode: "form_post",
  nonce,
  state,
});
process.send({ url });
process.once("message", async ({ params }) => {
  const tokens = await client.callback(REDIRECT_URI, params, {
    code_verifier: verifier,
    nonce,
    state,
  });
  assert.equal(tokens.claims().sub, USER);
  assert.equal((await client.userinfo(tokens)).email, "ada@example.com");
  const refreshed = await client.refresh(tokens.refresh_token);
  assert.equal(refreshed.claims().sub, USER);
  await client.revoke(tokens.refresh_token);
  await assert.rejects(client.refresh(tokens.refresh_token), { error: "invalid_grant" });
  console.log("ok");
  process.disconnect();
});

import assert from "node:assert/strict";
import { AuthClient } from "@auth0/auth0-auth-js";

/** Auth0's own client of the code flow with PKCE; the parent acts as the browser. */
const { DOMAIN, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI } = process.env;
const client = new AuthClient({
  domain: DOMAIN,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  authorizationParams: { redirect_uri: REDIRECT_URI },
});
const { authorizationUrl, codeVerifier } = await client.buildAuthorizationUrl();
process.send({ url: authorizationUrl.href });
process.once("message", async ({ callback }) => {
  const answer = await client.getTokenByCode(new URL(callback), { codeVerifier });
  assert.ok(answer.claims.sub);
  assert.ok(answer.claims.sid);
  console.log("ok");
  process.disconnect();
});

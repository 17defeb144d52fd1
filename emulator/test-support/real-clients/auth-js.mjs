import assert from "node:assert/strict";
import { AuthClient } from "@auth0/auth0-auth-js";

/** Auth0's own client for the code flow with PKCE. The parent process acts as the browser. */
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
  const response = await client.getTokenByCode(new URL(callback), { codeVerifier });
  assert.ok(response.claims.sub);
  assert.ok(response.claims.sid);
  console.log("ok");
  process.disconnect();
});

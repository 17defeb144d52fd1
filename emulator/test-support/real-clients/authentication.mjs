import assert from "node:assert/strict";

/** Redeems a code and validates the ID token with the official SDK, in the version of `PACKAGE`. */
const { AuthenticationClient, UserInfoClient } = await import(
  process.env.PACKAGE ?? "auth0/legacy"
);
const { DOMAIN, CLIENT_ID, CLIENT_SECRET, CODE, REDIRECT_URI, NONCE, USER } = process.env;
const authentication = new AuthenticationClient({
  domain: DOMAIN,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
});
const { data } = await authentication.oauth.authorizationCodeGrant(
  { code: CODE, redirect_uri: REDIRECT_URI },
  { idTokenValidateOptions: { nonce: NONCE } },
);
assert.ok(data.id_token);
const info = await new UserInfoClient({ domain: DOMAIN }).getUserInfo(data.access_token);
assert.equal(info.data.sub, USER);
const refreshed = await authentication.oauth.refreshTokenGrant({
  refresh_token: data.refresh_token,
});
assert.ok(refreshed.data.access_token);
await authentication.oauth.revokeRefreshToken({ token: data.refresh_token });
await assert.rejects(
  authentication.oauth.refreshTokenGrant({ refresh_token: data.refresh_token }),
  { error: "invalid_grant" },
);
console.log("ok");

import assert from "node:assert/strict";
import { decodeProtectedHeader, importSPKI, jwtVerify } from "jose";
import jwksRsa from "jwks-rsa";

/** An API that verifies an access token with a key from the tenant's key set. */
const { ISSUER, CLIENT_ID, CLIENT_SECRET } = process.env;
const audience = "https://api.example.com";
const keys = jwksRsa({ jwksUri: `${ISSUER}.well-known/jwks.json`, cache: true, rateLimit: true });
const response = await fetch(`${ISSUER}oauth/token`, {
  method: "POST",
  body: new URLSearchParams({
    grant_type: "client_credentials",
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
    audience,
  }),
});
const { access_token: token } = await response.json();
const { kid, alg } = decodeProtectedHeader(token);
const key = await keys.getSigningKey(kid);
const { payload } = await jwtVerify(token, await importSPKI(key.getPublicKey(), alg), {
  issuer: ISSUER,
  audience,
});
assert.equal(payload.azp, CLIENT_ID);
await assert.rejects(keys.getSigningKey("unknown"), { name: "SigningKeyNotFoundError" });
console.log("ok");

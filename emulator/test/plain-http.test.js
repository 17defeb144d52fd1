import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { ManagementClient } from "auth0";
import jwksRsa from "jwks-rsa";
import * as openid from "openid-client";
import { Issuer } from "openid-client-5";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

// What the README says about clients and the default tenant, which has no HTTPS, in the process of the test.

const REDIRECT_URI = "http://localhost:3000/callback";
let tenant;

before(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

test("auth0: ManagementClient with a fetch that sends its URLs over HTTP", async () => {
  const { clientId, clientSecret, audience } = tenant;
  const credentials = { clientId, clientSecret, audience };
  assert.throws(
    () => new ManagementClient({ domain: tenant.domain, ...credentials }),
    /invalid domain/,
  );
  const management = new ManagementClient({
    domain: new URL(tenant.url).host,
    ...credentials,
    fetch: (url, init) => fetch(String(url).replace("https:", "http:"), init),
  });
  assert.equal((await management.users.get(PEOPLE.ada)).email, "ada@example.com");
  await management.users.sessions.delete(PEOPLE.ada);
  assert.deepEqual(tenant.sessions(PEOPLE.ada), []);
});

test("openid-client: a login where insecure requests are allowed, which they must be", async () => {
  const { issuer, clientId, clientSecret } = tenant;
  const discover = (options) =>
    openid.discovery(new URL(issuer), clientId, clientSecret, undefined, options);
  await assert.rejects(discover(), { code: "OAUTH_HTTP_REQUEST_FORBIDDEN" });
  const config = await discover({ execute: [openid.allowInsecureRequests] });
  const url = openid.buildAuthorizationUrl(config, { redirect_uri: REDIRECT_URI, scope: "openid" });
  const callback = await tenant.authorize(url, { as: PEOPLE.ada });
  const tokens = await openid.authorizationCodeGrant(config, new URL(callback.url));
  assert.equal(tokens.claims().sub, PEOPLE.ada);
});

test("openid-client 5 and jwks-rsa need nothing", async () => {
  const issuer = await Issuer.discover(tenant.issuer);
  const client = new issuer.Client({
    client_id: tenant.clientId,
    client_secret: tenant.clientSecret,
  });
  const url = client.authorizationUrl({ redirect_uri: REDIRECT_URI, scope: "openid" });
  const { params } = await tenant.authorize(url, { as: PEOPLE.ada });
  const tokens = await client.callback(REDIRECT_URI, params);
  assert.equal(tokens.claims().sub, PEOPLE.ada);
  const [header] = tokens.id_token.split(".");
  const { kid } = JSON.parse(Buffer.from(header, "base64url").toString());
  const keys = jwksRsa({ jwksUri: issuer.metadata.jwks_uri });
  assert.equal((await keys.getSigningKey(kid)).kid, kid);
});

// A tenant with two names: users log in at the custom domain, the Management API has the canonical
// name, and each token and assertion is for the name that it was requested from.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { ConfigurationError } from "@archie/auth0-user-security";
import { CALLBACK, connect, identitiesOf } from "../../test-support/connection.mjs";
import {
  assertionsOf,
  keyClient,
  pemPair,
  registered,
  tokenForms,
} from "../../test-support/keys.mjs";
import { rejection, serviceFor, tenantOf } from "../../test-support/service.mjs";

const { ada, grace } = PEOPLE;
const asGrace = { user: ada, provider: "google-oauth2", as: grace };

/** A tenant with a second name, which is known once its port is. */
async function namedTwice(t, options) {
  const customDomains = [];
  const tenant = await tenantOf(t, { ...options, customDomains });
  const canonical = new URL(tenant.domain).host;
  const custom = canonical.replace("127.0.0.1", "localhost");
  customDomains.push(custom);
  return { tenant, canonical, custom, customDomain: `http://${custom}` };
}

/** `METHOD /path` and host of the library's requests, without the browser's. */
function sent({ requests }) {
  const ours = requests.filter(({ headers }) => /^archie-/.test(headers["user-agent"] ?? ""));
  return ours.map(({ method, url, headers }) => [`${method} ${url.split("?")[0]}`, headers.host]);
}

test("management calls and their audience stay canonical, and the login uses the custom domain", async (t) => {
  const { tenant, canonical, custom, customDomain } = await namedTwice(t);
  const service = serviceFor(tenant, { customDomain });
  await connect(tenant, service, asGrace);
  assert.deepEqual(identitiesOf(tenant, ada), [ada, grace]);
  const tokens = tokenForms(tenant).map((form) => [form.get("grant_type"), form.get("audience")]);
  assert.deepEqual(tokens, [
    ["client_credentials", `${tenant.domain}/api/v2/`],
    ["authorization_code", null],
  ]);
  const atCustom = sent(tenant).filter(([, host]) => host === custom);
  assert.deepEqual(
    atCustom.map(([what]) => what),
    ["GET /.well-known/jwks.json", "POST /oauth/token"],
  );
  const others = sent(tenant).filter(([, host]) => host !== custom);
  assert.ok(others.every(([what, host]) => host === canonical && /api|oauth\/token/.test(what)));
});

test("the audience of an assertion is the name of the tenant that it is sent to", async (t) => {
  const pair = pemPair();
  const client = keyClient([registered(pair)]);
  const { tenant, customDomain } = await namedTwice(t, { client });
  const { domain, clientId } = tenant;
  const clientAssertion = { privateKey: pair.privateKey };
  const service = serviceFor({ domain, clientId }, { customDomain, clientAssertion });
  await connect(tenant, service, asGrace);
  const audiences = assertionsOf(tenant).map(({ claims }) => claims.aud);
  assert.deepEqual(audiences, [`${domain}/`, `${customDomain}/`]);
});

test("an ID token of the canonical name is rejected if a custom domain is set", async (t) => {
  const tenant = await tenantOf(t);
  // The tenant responds there, but does not know the name, so it issues tokens in its own.
  const customDomain = tenant.domain.replace("127.0.0.1", "localhost");
  const error = await rejection(connect(tenant, serviceFor(tenant, { customDomain }), asGrace));
  assert.equal(error.reason, "id_token_invalid");
  assert.match(error.message, /another issuer/);
  assert.deepEqual(identitiesOf(tenant, ada), [ada]);
});

test("an ID token of the custom domain is rejected if only the canonical name is set", async (t) => {
  const { tenant, customDomain } = await namedTwice(t);
  const service = serviceFor(tenant);
  const ticket = service.generateAccountConnectionUrl("google-oauth2", CALLBACK, { user: ada });
  const elsewhere = ticket.redirect.replace(tenant.domain, customDomain);
  const { code, state } = await tenant.authorize(elsewhere, { as: grace });
  const error = await rejection(service.connectSecondaryAccount(ada, CALLBACK, code, { state }));
  assert.equal(error.reason, "id_token_invalid");
  assert.deepEqual(identitiesOf(tenant, ada), [ada]);
});

test("a custom domain as `domain` works with the canonical audience", async (t) => {
  const { tenant, custom, customDomain } = await namedTwice(t);
  const { clientId, clientSecret, audience } = tenant;
  const service = serviceFor({ domain: customDomain, clientId, clientSecret }, { audience });
  assert.ok((await service.findUserSessions(ada)).length > 0);
  await connect(tenant, service, asGrace);
  assert.deepEqual(identitiesOf(tenant, ada), [ada, grace]);
  assert.ok(sent(tenant).every(([, host]) => host === custom));
});

test("a custom domain as `domain` without an audience is rejected, and the error says what to set", async (t) => {
  const { tenant, customDomain } = await namedTwice(t);
  const { clientId, clientSecret } = tenant;
  const service = serviceFor({ domain: customDomain, clientId, clientSecret });
  const error = await rejection(service.findUserSessions(ada));
  assert.equal(error.constructor, ConfigurationError);
  assert.equal(error.field, "audience");
  assert.ok(error.message.includes(`"${customDomain}/api/v2/"`), error.message);
  assert.match(error.hint, /https:\/\/\{tenant\}\/api\/v2\/.*custom domain/);
  const { findings } = await service.checkConfiguration();
  assert.deepEqual(
    findings.map(({ check, ok }) => [check, ok]),
    [["audience", false]],
  );
});

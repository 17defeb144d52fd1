// Clock skew: a minute does no harm, and a rejection for more than that names the clock. The tenant's
// clock is moved, which looks the same as this machine's clock being off in the other direction.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { CALLBACK, connect, identitiesOf, signIn } from "../../test-support/connection.mjs";
import { keyClient, pemPair, registered } from "../../test-support/keys.mjs";
import { scriptedServer, tokenResponse } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, tenantOf, tokenRequests } from "../../test-support/service.mjs";

const { ada, grace } = PEOPLE;
const asGrace = { user: ada, provider: "google-oauth2", as: grace };
const DAY = 86_400;

let pair;

before(() => {
  pair = pemPair();
});

/** A tenant whose clock differs by this many seconds. */
async function tenantAt(t, seconds, options) {
  const tenant = await tenantOf(t, options);
  tenant.clock.advance(seconds * 1000);
  return tenant;
}

for (const seconds of [-600, -60, 60, 600]) {
  test(`a token is used although the tenant's clock differs by ${seconds} s`, async (t) => {
    const tenant = await tenantAt(t, seconds);
    const service = serviceFor(tenant);
    for (let call = 0; call < 3; call += 1) {
      assert.ok((await service.findUserSessions(ada)).length > 0);
    }
    assert.equal(tokenRequests(tenant).length, 1);
  });
}

test("a token that has expired by the tenant's clock only is renewed once", async (t) => {
  const tenant = await tenantOf(t);
  const service = serviceFor(tenant);
  await service.revokeAllUserSessions(grace);
  tenant.clock.advance((DAY + 1) * 1000);
  const calls = Array.from({ length: 20 }, () => service.findUserAuthenticationMethods(ada));
  assert.ok((await Promise.all(calls)).every((methods) => methods.length === 1));
  assert.equal(tokenRequests(tenant).length, 2);
});

test("a token with a lifetime of 30 s still serves several calls", async (t) => {
  const server = await scriptedServer(t, {
    token: { ...tokenResponse, expires_in: 30 },
    api: { sessions: [] },
  });
  const service = serviceFor(server);
  for (let call = 0; call < 3; call += 1) await service.findUserSessions(ada);
  assert.equal(tokenRequests(server).length, 1);
});

for (const seconds of [-50, 50]) {
  test(`an account is connected although the tenant's clock differs by ${seconds} s`, async (t) => {
    const tenant = await tenantAt(t, seconds);
    await connect(tenant, serviceFor(tenant), asGrace);
    assert.deepEqual(identitiesOf(tenant, ada), [ada, grace]);
  });
}

test("a login that looks minutes older than its flow is rejected, and the error names the clock", async (t) => {
  const tenant = await tenantAt(t, -180);
  const error = await rejection(connect(tenant, serviceFor(tenant), asGrace));
  assert.deepEqual([error.code, error.reason], ["ERR_ACCOUNT_LINKING", "id_token_invalid"]);
  assert.match(error.message, /auth_time.*clock/);
  assert.deepEqual(identitiesOf(tenant, ada), [ada]);
});

test("a login that looks minutes in the future is rejected, and the error names the clock", async (t) => {
  const tenant = await tenantAt(t, 180);
  const error = await rejection(connect(tenant, serviceFor(tenant), asGrace));
  assert.deepEqual([error.code, error.reason], ["ERR_ACCOUNT_LINKING", "id_token_invalid"]);
  assert.match(error.message, /clock/);
  assert.deepEqual(identitiesOf(tenant, ada), [ada]);
});

/** Connects without a state, where only the expiry of the ID token depends on the clock. */
async function connectUnbound(t, seconds) {
  const tenant = await tenantAt(t, seconds, { idTokenLifetime: 10 });
  const service = serviceFor(tenant);
  const { code } = await signIn(tenant, service, { provider: "google-oauth2", as: grace });
  return service.connectSecondaryAccount(ada, CALLBACK, code);
}

test("an ID token is accepted for a minute after its expiry", async (t) => {
  assert.equal((await connectUnbound(t, -60)).length, 2);
});

test("an ID token that expired more than a minute ago is rejected, and the error names the clock", async (t) => {
  const error = await rejection(connectUnbound(t, -75));
  assert.equal(error.reason, "id_token_invalid");
  assert.match(error.message, /expired.*clock/);
});

function keyServiceFor({ domain, clientId }) {
  const { privateKey } = pair;
  return serviceFor({ domain, clientId }, { clientAssertion: { privateKey } });
}

for (const seconds of [-60, 60]) {
  test(`an assertion is accepted by a tenant whose clock differs by ${seconds} s`, async (t) => {
    const tenant = await tenantAt(t, seconds, { client: keyClient([registered(pair)]) });
    assert.ok((await keyServiceFor(tenant).findUserSessions(ada)).length > 0);
  });
}

for (const seconds of [-300, 300]) {
  test(`an assertion rejected for a clock that differs by ${seconds} s is an error that names the clock`, async (t) => {
    const tenant = await tenantAt(t, seconds, { client: keyClient([registered(pair)]) });
    const error = await rejection(keyServiceFor(tenant).findUserSessions(ada));
    assert.deepEqual(
      [error.code, error.field],
      ["ERR_CONFIGURATION", "clientAssertion.privateKey"],
    );
    assert.match(error.hint, /clock of this machine/);
    assert.equal(tokenRequests(tenant).length, 1);
  });
}

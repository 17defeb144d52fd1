// Disconnecting an account: never the last sign-in method, and nothing but an identity.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  AccountLinkingError,
  InsufficientScopeError,
  UserAuthenticationMethodProvider,
} from "@archie/auth0-user-security";
import { connect, identitiesOf, templates } from "../../test-support/connection.mjs";
import { canExist, hostileIds } from "../../test-support/hostile-ids.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, sharedTenant, writes } from "../../test-support/service.mjs";
import { PEOPLE, startTenant } from "../../test-support/tenant.mjs";

const { GOOGLE, GITHUB, EMAIL_PASSWORD } = UserAuthenticationMethodProvider;
const { ada, linus, linked, upperCase } = PEOPLE;
const GOOGLE_ID = "115015401343387192604";
const OWN_ID = linked.split("|")[1];
const google = { id: GOOGLE_ID, provider: GOOGLE };
const config = { retry: { maxAttempts: 3, maxDelayMs: 0 } };

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant, config);
});

const unlinkRequests = () => writes(tenant).filter(({ method }) => method === "DELETE");
const namesOf = (methods) => methods.map(({ provider, id }) => `${provider}|${id}`);

function assertDisconnected(methods) {
  assert.deepEqual(namesOf(methods), [`email-password|${OWN_ID}`]);
  assert.deepEqual(identitiesOf(tenant, linked), [linked]);
  assert.ok(tenant.user(`google-oauth2|${GOOGLE_ID}`), "the account is not separate again");
  assert.equal(unlinkRequests().length, 1);
}

async function assertRefused(attempt, reason) {
  const untouched = JSON.stringify(tenant.users());
  const error = await rejection(attempt);
  assert.equal(error.constructor, AccountLinkingError, String(error));
  assert.deepEqual([error.reason, error.operation], [reason, "disconnectSecondaryAccount"]);
  assert.equal(JSON.stringify(tenant.users()), untouched);
  assert.deepEqual(writes(tenant), []);
}

for (const [name, args] of Object.entries({
  "an id and an object": [linked, google],
  "an object and an object": [{ sub: linked }, google],
  "three texts": [linked, GOOGLE, GOOGLE_ID],
  "an object and two texts": [{ email: "katherine@example.com" }, "google-oauth2", GOOGLE_ID],
  "the provider in front of the id": [linked, { ...google, id: `google-oauth2|${GOOGLE_ID}` }],
  "options after an object": [linked, google, { timeoutMs: 5000 }],
  "options after texts": [linked, GOOGLE, GOOGLE_ID, { timeoutMs: 5000 }],
})) {
  test(`disconnects, given ${name}`, async () => {
    assertDisconnected(await service.disconnectSecondaryAccount(...args));
  });
}

test("a sign-in method from the list can be passed to be disconnected", async () => {
  const [, method] = await service.findUserAuthenticationMethods(linked);
  assertDisconnected(await service.disconnectSecondaryAccount(linked, method));
});

test("options apply in both call forms", async () => {
  const signal = AbortSignal.abort(new Error("stop"));
  for (const args of [
    [linked, google, { signal }],
    [linked, GOOGLE, GOOGLE_ID, { signal }],
  ]) {
    const error = await rejection(service.disconnectSecondaryAccount(...args));
    assert.equal(error, signal.reason);
  }
  assert.deepEqual(tenant.requests, []);
});

test("a connected account can be disconnected, and is a separate user again", async () => {
  await connect(tenant, service, { user: ada, provider: GITHUB, as: linus });
  const methods = await service.disconnectSecondaryAccount(ada, GITHUB, "1024025");
  assert.deepEqual(namesOf(methods), [`email-password|${ada.split("|")[1]}`]);
  assert.deepEqual(methods, await service.findUserAuthenticationMethods(ada));
  assert.deepEqual(identitiesOf(tenant, linus), [linus]);
});

test("email-password is sent as auth0, and an id may contain a pipe", async () => {
  await connect(tenant, service, { user: linus, provider: EMAIL_PASSWORD, as: ada });
  await service.disconnectSecondaryAccount(linus, EMAIL_PASSWORD, ada.split("|")[1]);
  assert.match(unlinkRequests()[0].url, /\/identities\/auth0\//);
  const id = upperCase.slice("samlp|".length);
  tenant.user(linus).identities.push(tenant.user(upperCase).identities[0]);
  const methods = await service.disconnectSecondaryAccount(linus, "samlp", id);
  assert.deepEqual(namesOf(methods), [linus]);
});

test("a numeric id is disconnected as text", async (t) => {
  const quirky = await startTenant({ quirks: { numericIdentityIds: true } });
  t.after(() => quirky.close());
  const identity = { provider: "github", user_id: "77", connection: "github", profileData: {} };
  quirky.user(ada).identities.push(identity);
  const service = serviceFor(quirky);
  const [, method] = await service.findUserAuthenticationMethods(ada);
  assert.equal(method.id, "77");
  assert.equal((await service.disconnectSecondaryAccount(ada, method)).length, 1);
});

test("the identities are read right before the delete", async () => {
  await service.disconnectSecondaryAccount(linked, google);
  assert.deepEqual(templates(tenant).slice(1), [
    "GET /api/v2/users/{id}",
    "DELETE /api/v2/users/{id}/identities/{provider}/{user_id}",
  ]);
});

test("the primary identity is rejected", async () => {
  for (const provider of [EMAIL_PASSWORD, "auth0"]) {
    for (const id of [OWN_ID, linked]) {
      const attempt = service.disconnectSecondaryAccount(linked, provider, id);
      await assertRefused(attempt, "primary_identity");
    }
  }
});

test("the last method is rejected, whatever its kind", async () => {
  for (const user of [ada, linus, PEOPLE.sms, upperCase]) {
    const [method] = await service.findUserAuthenticationMethods(user);
    await assertRefused(service.disconnectSecondaryAccount(user, method), "last_method");
  }
});

test("an identity of another user, or of none, is not_linked", async () => {
  for (const [provider, id] of [
    [GITHUB, "1024025"],
    [GOOGLE, "103547991597142817347"],
    [GITHUB, GOOGLE_ID],
    [GOOGLE, OWN_ID],
    [GOOGLE, `${GOOGLE_ID} `],
    [GOOGLE, `github|${GOOGLE_ID}`],
  ]) {
    const attempt = service.disconnectSecondaryAccount(linked, provider, id);
    await assertRefused(attempt, "not_linked");
  }
});

test("hostile ids are not_linked and never part of a path", async () => {
  const own = `/api/v2/users/${encodeURIComponent(linked)}`;
  for (const id of hostileIds(200)) {
    tenant.clearRequests();
    await assertRefused(
      service.disconnectSecondaryAccount(linked, { id, provider: GOOGLE }),
      "not_linked",
    );
    const urls = tenant.requests.map(({ url }) => url.split("?")[0]);
    const expected = canExist(id) ? [own] : [];
    assert.deepEqual(
      urls.filter((url) => url !== "/oauth/token"),
      expected,
    );
  }
});

test("a hostile provider never becomes a path, such as that of the user's MFA", async () => {
  const providers = [
    "",
    ".",
    "..",
    "../..",
    "%2e%2e",
    "a/b",
    "google oauth2",
    "é",
    "\ud800",
    "a\0",
  ];
  for (const provider of providers) {
    for (const id of ["authentication-methods", "totp|dev_F9T7cy0hM0IgHjwP", GOOGLE_ID]) {
      for (const args of [[{ provider, id }], [provider, id]]) {
        const error = await rejection(service.disconnectSecondaryAccount(ada, ...args));
        assert.equal(error.constructor, TypeError, String(error));
      }
    }
  }
  assert.deepEqual(tenant.requests, []);
  assert.equal(tenant.authenticationMethods(ada).length, 2);
});

test("an identity with a hostile id is deleted by exactly that id", async (t) => {
  const id = "../../x?y=1#z%2e";
  const of = (...ids) => ids.map((user_id) => ({ provider: "oidc", user_id }));
  const api = ({ method }) =>
    method === "DELETE" ? { body: of("1") } : { user_id: "oidc|1", identities: of("1", id) };
  const server = await scriptedServer(t, { api });
  const methods = await serviceFor(server).disconnectSecondaryAccount("oidc|1", "oidc", id);
  assert.equal(methods.length, 1);
  const { url } = server.requests.at(-1);
  assert.equal(url, `/api/v2/users/oidc%7C1/identities/oidc/${encodeURIComponent(id)}`);
});

test("invalid arguments are TypeErrors without a request", async () => {
  for (const args of [
    ...[
      [undefined],
      [null],
      [5],
      [{}],
      [{ id: "1" }],
      [{ provider: GOOGLE }],
      [{ id: 5, provider: GOOGLE }],
    ],
    ...[[GOOGLE], [GOOGLE, 5], [GOOGLE, null], [GOOGLE, GOOGLE_ID, 5], [google, { unknown: 1 }]],
  ]) {
    const error = await rejection(service.disconnectSecondaryAccount(linked, ...args));
    assert.equal(error.constructor, TypeError, `${JSON.stringify(args)}: ${error}`);
  }
  assert.deepEqual(tenant.requests, []);
});

test("the scope to disconnect is named when it is missing", async () => {
  tenant.setScopes(["read:users"]);
  const error = await rejection(service.disconnectSecondaryAccount(linked, google));
  assert.ok(error instanceof InsufficientScopeError, String(error));
  assert.deepEqual(error.requiredScopes, ["update:users"]);
  assert.equal(identitiesOf(tenant, linked).length, 2);
});

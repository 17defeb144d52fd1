// Attempts to connect an account of another person are rejected, and link nothing.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { UserAuthenticationMethodProvider } from "@archie/auth0-user-security";
import {
  accessTokenOf,
  CALLBACK,
  connect,
  identitiesOf,
  signIn,
  signInOn,
} from "../../test-support/connection.mjs";
import { refusalsOf } from "../../test-support/linking.mjs";
import { rejection, serviceFor, sharedTenant } from "../../test-support/service.mjs";
import { isCodeExchange } from "../../test-support/signing.mjs";

const { GOOGLE, GITHUB, EMAIL_PASSWORD } = UserAuthenticationMethodProvider;
const { ada, grace, linus, linked } = PEOPLE;
const asGrace = { user: ada, provider: GOOGLE, as: grace };

const tenant = await sharedTenant();
const { assertRefused, assertRefusedUnasked } = refusalsOf(tenant);
let service;

beforeEach(() => {
  service = serviceFor(tenant);
});

const finish = ({ code, state }, user = ada, redirect = CALLBACK) =>
  service.connectSecondaryAccount(user, redirect, code, state === undefined ? {} : { state });

test("signing in to the same account again is rejected", async () => {
  const again = { user: ada, provider: EMAIL_PASSWORD, as: ada };
  await assertRefused(connect(tenant, service, again), "same_user");
  const { code } = await signIn(tenant, service, { provider: EMAIL_PASSWORD, as: ada });
  await assertRefused(finish({ code }), "same_user");
  const token = await accessTokenOf(tenant, ada);
  const byToken = service.connectSecondaryAccount(ada, EMAIL_PASSWORD, token);
  await assertRefused(byToken, "same_user");
});

test("an account with connected accounts of its own is rejected", async () => {
  const attempt = connect(tenant, service, { user: grace, provider: EMAIL_PASSWORD, as: linked });
  await assertRefused(attempt, "secondary_has_identities");
  const token = await accessTokenOf(tenant, linked);
  const byToken = service.connectSecondaryAccount(grace, EMAIL_PASSWORD, token);
  await assertRefused(byToken, "secondary_has_identities");
});

test("an account that is connected to another user is rejected", async () => {
  const elsewhere = "google-oauth2|115015401343387192604";
  await assertRefused(
    connect(tenant, service, { user: ada, provider: GOOGLE, as: elsewhere }),
    "provider_mismatch",
  );
  const { code } = await signIn(tenant, service, { provider: GOOGLE, as: elsewhere });
  await assertRefused(finish({ code }), "secondary_has_identities");
});

test("a blocked account is rejected, in both forms", async () => {
  const back = await signIn(tenant, service, asGrace);
  const token = await accessTokenOf(tenant, grace);
  // Blocked after signing in: a tenant issues no token to a blocked user.
  const block = { change: (user) => ({ ...user, blocked: true }) };
  tenant.fault(({ params }) => params.id === grace, block, 2);
  await assertRefused(finish(back), "secondary_blocked");
  const byToken = service.connectSecondaryAccount(ada, GOOGLE, token);
  await assertRefused(byToken, "secondary_blocked");
});

test("an account that vanishes after the sign-in is refused", async () => {
  const back = await signIn(tenant, service, asGrace);
  tenant.fault(({ params }) => params.id === grace, { status: 404 });
  await assertRefused(finish(back), "secondary_not_found");
});

test("another provider than the requested one is rejected, in both forms", async () => {
  // Users control their browsers and can change the URL.
  const ticket = service.generateAccountConnectionUrl(GITHUB, CALLBACK, { user: ada });
  const redirect = without(ticket, "connection");
  await assertRefused(finish(await signInOn(tenant, { redirect }, grace)), "provider_mismatch");
  const token = await accessTokenOf(tenant, grace);
  const byToken = service.connectSecondaryAccount(ada, GITHUB, token);
  await assertRefused(byToken, "provider_mismatch");
});

function without({ redirect }, ...names) {
  const url = new URL(redirect);
  for (const name of names) url.searchParams.delete(name);
  return url.href;
}

test("an old session instead of a fresh sign-in is rejected", async () => {
  const browser = tenant.browser();
  const first = service.generateAccountConnectionUrl(GOOGLE, CALLBACK, { user: linus });
  await browser.authorize(first.redirect, { as: grace });
  const ticket = service.generateAccountConnectionUrl(GOOGLE, CALLBACK, { user: ada });
  const { code, state } = await browser.authorize(without(ticket, "prompt", "max_age"));
  await assertRefused(finish({ code, state }), "id_token_invalid");
});

test("removing the nonce or the challenge in the browser is detected", async () => {
  const ticket = () => service.generateAccountConnectionUrl(GOOGLE, CALLBACK, { user: ada });
  const noNonce = await signInOn(tenant, { redirect: without(ticket(), "nonce") }, grace);
  await assertRefused(finish(noNonce), "id_token_invalid");
  const redirect = without(ticket(), "code_challenge", "code_challenge_method");
  await assertRefused(finish(await signInOn(tenant, { redirect }, grace)), "code_rejected");
});

test("callbacks swapped between two users are rejected", async () => {
  const mine = await signIn(tenant, service, { user: ada, provider: GOOGLE, as: grace });
  const theirs = await signIn(tenant, service, { user: linked, provider: GITHUB, as: linus });
  await assertRefusedUnasked(() => finish(theirs), "state_invalid");
  await assertRefusedUnasked(() => finish(mine, linked), "state_invalid");
  // With the state of one flow, the code of the other does not match.
  await assertRefused(finish({ code: theirs.code, state: mine.state }), "code_rejected");
  const { code } = await signIn(tenant, service, { provider: GITHUB, as: linus });
  const unused = await signIn(tenant, service, { user: ada, provider: GOOGLE, as: grace });
  await assertRefused(finish({ code, state: unused.state }), "code_rejected");
});

test("the status of Auth0's response to a bad code makes no difference", async () => {
  for (const status of [400, 401, 403]) {
    const back = await signIn(tenant, service, asGrace);
    tenant.fault(isCodeExchange, { status, body: { error: "invalid_grant" } });
    await assertRefused(finish(back), "code_rejected");
  }
});

test("access tokens of other users are rejected", async () => {
  const management = await managementToken();
  const withoutOpenid = await accessTokenOf(tenant, grace, "profile email");
  for (const token of ["garbage", "a.b.c", management, withoutOpenid]) {
    const attempt = service.connectSecondaryAccount(ada, GOOGLE, token);
    await assertRefused(attempt, "token_rejected");
  }
});

/** The service's own token, which belongs to no user. */
async function managementToken() {
  await service.findUserAuthenticationMethods(ada);
  return tenant.requests.at(-1).headers.authorization.slice("Bearer ".length);
}

for (const credential of [
  "",
  " ",
  "a b",
  "a\r\nx: y",
  "a\u0000",
  "é",
  "\ud800",
  "x".repeat(16_385),
]) {
  test(`a code or token like ${JSON.stringify(credential.slice(0, 9))} is never sent`, async () => {
    for (const target of [CALLBACK, GOOGLE]) {
      const error = await rejection(service.connectSecondaryAccount(ada, target, credential));
      assert.equal(error.constructor, TypeError, String(error));
    }
    assert.deepEqual(tenant.requests, []);
  });
}

test("codes and tokens of other types are never sent", async () => {
  for (const credential of [undefined, null, 5, {}, ["code"]]) {
    for (const target of [CALLBACK, GOOGLE]) {
      const error = await rejection(service.connectSecondaryAccount(ada, target, credential));
      assert.equal(error.constructor, TypeError, String(error));
    }
  }
  assert.deepEqual(tenant.requests, []);
});

test("a provider cannot change the path", async () => {
  for (const provider of ["..", ".", "", "%2e%2e", "google oauth2", "é", "x".repeat(65)]) {
    const error = await rejection(service.connectSecondaryAccount(ada, provider, "token"));
    assert.equal(error.constructor, TypeError, String(error));
  }
  assert.deepEqual(tenant.requests, []);
});

test("an email that two accounts share connects neither", async () => {
  const user = { email: "shared@example.com" };
  const error = await rejection(connect(tenant, service, { ...asGrace, user }));
  assert.equal(error.code, "ERR_AMBIGUOUS_USER");
  assert.deepEqual(tenant.requests.filter(isCodeExchange), []);
  assert.deepEqual(identitiesOf(tenant, PEOPLE.sharedDatabase), [PEOPLE.sharedDatabase]);
});

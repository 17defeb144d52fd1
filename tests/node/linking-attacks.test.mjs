// Somebody tries to connect what is not theirs: every attempt is refused, and nothing is linked.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { AccountLinkingError, UserAuthenticationMethodProvider } from "@archie/auth0-user-security";
import {
  accessTokenOf,
  CALLBACK,
  connect,
  identitiesOf,
  signIn,
  signInOn,
} from "../../test-support/connection.mjs";
import { rejection, serviceFor, sharedTenant, writes } from "../../test-support/service.mjs";
import { isCodeExchange, sealedState } from "../../test-support/signing.mjs";

const { GOOGLE, GITHUB, EMAIL_PASSWORD } = UserAuthenticationMethodProvider;
const { ada, grace, linus, linked } = PEOPLE;
const asGrace = { user: ada, provider: GOOGLE, as: grace };

const tenant = await sharedTenant();
let service;
let untouched;

const identities = () => JSON.stringify(tenant.users().map((user) => user.identities));

beforeEach(() => {
  service = serviceFor(tenant);
  untouched = identities();
});

/** The call is refused for the reason, without even an attempt to link. */
async function assertRefused(attempt, reason) {
  const error = await rejection(attempt);
  assert.equal(error.constructor, AccountLinkingError, String(error));
  assert.deepEqual([error.reason, error.code], [reason, "ERR_ACCOUNT_LINKING"]);
  assert.equal(error.operation, "connectSecondaryAccount");
  assert.equal(identities(), untouched);
  assert.deepEqual(
    writes(tenant).filter(({ url }) => url.startsWith("/api/")),
    [],
  );
}

/** The same, before anything at all is sent to the tenant. */
async function assertRefusedUnasked(attempt, reason) {
  tenant.clearRequests();
  await assertRefused(attempt(), reason);
  assert.deepEqual(tenant.requests, []);
}

const finish = ({ code, state }, user = ada, redirect = CALLBACK) =>
  service.connectSecondaryAccount(user, redirect, code, state === undefined ? {} : { state });

test("signing in to the same account again is refused", async () => {
  const again = { user: ada, provider: EMAIL_PASSWORD, as: ada };
  await assertRefused(connect(tenant, service, again), "same_user");
  const { code } = await signIn(tenant, service, { provider: EMAIL_PASSWORD, as: ada });
  await assertRefused(finish({ code }), "same_user");
  const token = await accessTokenOf(tenant, ada);
  const byToken = service.connectSecondaryAccount(ada, EMAIL_PASSWORD, token);
  await assertRefused(byToken, "same_user");
});

test("an account with connected accounts of its own is refused", async () => {
  const attempt = connect(tenant, service, { user: grace, provider: EMAIL_PASSWORD, as: linked });
  await assertRefused(attempt, "secondary_has_identities");
  const token = await accessTokenOf(tenant, linked);
  const byToken = service.connectSecondaryAccount(grace, EMAIL_PASSWORD, token);
  await assertRefused(byToken, "secondary_has_identities");
});

test("an account that is connected to another user is refused", async () => {
  const elsewhere = "google-oauth2|115015401343387192604";
  await assertRefused(
    connect(tenant, service, { user: ada, provider: GOOGLE, as: elsewhere }),
    "provider_mismatch",
  );
  const { code } = await signIn(tenant, service, { provider: GOOGLE, as: elsewhere });
  await assertRefused(finish({ code }), "secondary_has_identities");
});

test("a blocked account is refused, in both forms", async () => {
  const back = await signIn(tenant, service, asGrace);
  const token = await accessTokenOf(tenant, grace);
  // Blocked after signing in: before, the tenant itself would give no token.
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

test("another provider than the one asked for is refused, in both forms", async () => {
  // The browser belongs to the person at it, who may well change the URL.
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

test("an old session instead of a fresh sign-in is refused", async () => {
  const browser = tenant.browser();
  const first = service.generateAccountConnectionUrl(GOOGLE, CALLBACK, { user: linus });
  await browser.authorize(first.redirect, { as: grace });
  const ticket = service.generateAccountConnectionUrl(GOOGLE, CALLBACK, { user: ada });
  const { code, state } = await browser.authorize(without(ticket, "prompt", "max_age"));
  await assertRefused(finish({ code, state }), "id_token_invalid");
});

test("a nonce or a challenge that was taken out in the browser is noticed", async () => {
  const ticket = () => service.generateAccountConnectionUrl(GOOGLE, CALLBACK, { user: ada });
  const noNonce = await signInOn(tenant, { redirect: without(ticket(), "nonce") }, grace);
  await assertRefused(finish(noNonce), "id_token_invalid");
  const redirect = without(ticket(), "code_challenge", "code_challenge_method");
  await assertRefused(finish(await signInOn(tenant, { redirect }, grace)), "code_rejected");
});

test("callbacks swapped between two users are refused", async () => {
  const mine = await signIn(tenant, service, { user: ada, provider: GOOGLE, as: grace });
  const theirs = await signIn(tenant, service, { user: linked, provider: GITHUB, as: linus });
  await assertRefusedUnasked(() => finish(theirs), "state_invalid");
  await assertRefusedUnasked(() => finish(mine, linked), "state_invalid");
  // With the state of one flow and the code of the other, the code does not fit.
  await assertRefused(finish({ code: theirs.code, state: mine.state }), "code_rejected");
  const { code } = await signIn(tenant, service, { provider: GITHUB, as: linus });
  const unused = await signIn(tenant, service, { user: ada, provider: GOOGLE, as: grace });
  await assertRefused(finish({ code, state: unused.state }), "code_rejected");
});

test("a state is good for the user as it was named, and for nobody else", async () => {
  const back = await signIn(tenant, service, asGrace);
  for (const user of [`${ada} `, ada.toUpperCase(), { email: "ada@example.com" }, linked]) {
    await assertRefusedUnasked(() => finish(back, user), "state_invalid");
  }
});

test("a state is good for its own redirect URL only", async () => {
  const back = await signIn(tenant, service, asGrace);
  for (const url of [`${CALLBACK}/`, `${CALLBACK}?x=1`, "http://localhost:3000/callback"]) {
    await assertRefusedUnasked(() => finish(back, ada, url), "state_invalid");
  }
});

test("a state with any character changed, added or taken away is refused", async () => {
  const { code, state } = await signIn(tenant, service, asGrace);
  const other = (character) => (character === "A" ? "E" : "A");
  const changed = [...state].map(
    (character, at) => state.slice(0, at) + other(character) + state.slice(at + 1),
  );
  const strange = ["", " ", "x", "{}", "null", state.slice(1), `${state}A`, `${state}=`];
  const long = "A".repeat(100_000);
  for (const tampered of [...changed, ...strange, `${state} `, "\ud800", "é", long]) {
    await assertRefusedUnasked(() => finish({ code, state: tampered }), "state_invalid");
  }
});

test("a state of other credentials is refused", async () => {
  const stranger = serviceFor(tenant, { clientSecret: "of somebody else" });
  const ticket = stranger.generateAccountConnectionUrl(GOOGLE, CALLBACK, { user: ada });
  const back = await signInOn(tenant, ticket, grace);
  await assertRefusedUnasked(() => finish(back), "state_invalid");
});

test("a state is refused when its ten minutes are over", async () => {
  const { code } = await signIn(tenant, service, asGrace);
  const flow = { provider: "google-oauth2", redirectUrl: CALLBACK, user: ada };
  const endingIn = (seconds) =>
    sealedState(tenant.clientSecret, { ...flow, expiresAt: Date.now() + seconds * 1000 });
  await assertRefusedUnasked(() => finish({ code, state: endingIn(-1) }), "state_expired");
  await assertRefusedUnasked(() => finish({ code, state: endingIn(-1e6) }), "state_expired");
  // One that still lives passes the seal, and fails at the code of another flow only.
  await assertRefused(finish({ code, state: endingIn(300) }), "code_rejected");
});

test("a bound flow cannot be finished without its state", async () => {
  const { code } = await signIn(tenant, service, asGrace);
  await assertRefused(finish({ code }), "code_rejected");
});

test("requireLinkState refuses a missing and an unbound state", async () => {
  const unbound = await signIn(tenant, service, { provider: GOOGLE, as: grace });
  service = serviceFor(tenant, { requireLinkState: true });
  await assertRefusedUnasked(() => finish(unbound), "state_required");
  await assertRefusedUnasked(() => finish({ code: unbound.code }), "state_required");
  const methods = await connect(tenant, service, asGrace);
  assert.equal(methods.length, 2);
});

const codeExchanges = () => tenant.requests.filter(isCodeExchange);

test("a callback counts once", async () => {
  const back = await signIn(tenant, service, asGrace);
  await finish(back);
  untouched = identities();
  tenant.clearRequests();
  await assertRefused(finish(back), "state_used");
  assert.deepEqual(codeExchanges(), []);
});

test("a callback without a state counts once too, by its code", async () => {
  const { code } = await signIn(tenant, service, { provider: GOOGLE, as: grace });
  await finish({ code });
  untouched = identities();
  tenant.clearRequests();
  await assertRefused(finish({ code }), "code_rejected");
  assert.equal(codeExchanges()[0].status, 403);
});

for (const [name, another] of Object.entries({
  "in the same service": () => service,
  "after close()": () => {
    service.close();
    return service;
  },
  "in another service of the same credentials": () => serviceFor(tenant),
  "in a service that came after it was closed": () => {
    service.close();
    return serviceFor(tenant, { requireLinkState: true });
  },
})) {
  test(`a state that was used goes with no second code, ${name}`, async () => {
    const { state } = await signIn(tenant, service, asGrace);
    await assertRefused(finish({ code: "spoilt", state }), "code_rejected");
    service = another();
    const { code } = await signIn(tenant, service, asGrace);
    tenant.clearRequests();
    await assertRefused(finish({ code, state }), "state_used");
    assert.deepEqual(codeExchanges(), []);
  });
}

test("an unbound state is good for one code too", async () => {
  const unbound = { provider: GOOGLE, as: grace };
  const { state } = await signIn(tenant, service, unbound);
  await assertRefused(finish({ code: "spoilt", state }), "code_rejected");
  const { code } = await signIn(tenant, service, unbound);
  await assertRefused(finish({ code, state }), "state_used");
});

test("of many calls at once with one state, one sends its code", async () => {
  const back = await signIn(tenant, service, asGrace);
  const calls = Array.from({ length: 20 }, (_, at) => {
    const code = at === 0 ? back.code : `code-${at}`;
    return finish({ code, state: back.state });
  });
  const outcomes = await Promise.allSettled(calls);
  const refused = outcomes.filter(({ reason }) => reason?.reason === "state_used");
  assert.equal(refused.length, 19);
  assert.equal(codeExchanges().length, 1);
});

test("a call that fails before its code is sent leaves the state unused", async () => {
  const back = await signIn(tenant, service, asGrace);
  tenant.fault(/jwks/, { status: 500 }, 1);
  service = serviceFor(tenant, { retry: { maxAttempts: 1 } });
  const error = await rejection(finish(back));
  assert.deepEqual([error.code, error.statusCode], ["ERR_AUTH0_API", 500]);
  tenant.fault(({ params }) => params.id === ada, { status: 500 }, 1);
  assert.equal((await rejection(finish(back))).statusCode, 500);
  assert.equal((await finish(back)).length, 2);
});

test("the status that Auth0 gives a bad code makes no difference", async () => {
  for (const status of [400, 401, 403]) {
    const back = await signIn(tenant, service, asGrace);
    tenant.fault(isCodeExchange, { status, body: { error: "invalid_grant" } });
    await assertRefused(finish(back), "code_rejected");
  }
});

test("access tokens that are not the person's are refused", async () => {
  const management = await managementToken();
  const withoutOpenid = await accessTokenOf(tenant, grace, "profile email");
  for (const token of ["garbage", "a.b.c", management, withoutOpenid]) {
    const attempt = service.connectSecondaryAccount(ada, GOOGLE, token);
    await assertRefused(attempt, "token_rejected");
  }
});

/** The service's own token, which stands for no person. */
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
  test(`a code or token like ${JSON.stringify(credential.slice(0, 9))} is sent nowhere`, async () => {
    for (const target of [CALLBACK, GOOGLE]) {
      const error = await rejection(service.connectSecondaryAccount(ada, target, credential));
      assert.equal(error.constructor, TypeError, String(error));
    }
    assert.deepEqual(tenant.requests, []);
  });
}

test("codes and tokens of other types are sent nowhere", async () => {
  for (const credential of [undefined, null, 5, {}, ["code"]]) {
    for (const target of [CALLBACK, GOOGLE]) {
      const error = await rejection(service.connectSecondaryAccount(ada, target, credential));
      assert.equal(error.constructor, TypeError, String(error));
    }
  }
  assert.deepEqual(tenant.requests, []);
});

test("a provider cannot lead to another path", async () => {
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

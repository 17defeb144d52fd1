// A state connects one account, once, for the user, redirect URL and credentials it was made for.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { UserAuthenticationMethodProvider } from "@archie/auth0-user-security";
import { CALLBACK, connect, signIn, signInOn } from "../../test-support/connection.mjs";
import { refusalsOf } from "../../test-support/linking.mjs";
import { rejection, serviceFor, sharedTenant } from "../../test-support/service.mjs";
import { isCodeExchange, sealedState } from "../../test-support/signing.mjs";

const { GOOGLE } = UserAuthenticationMethodProvider;
const { ada, grace, linked } = PEOPLE;
const asGrace = { user: ada, provider: GOOGLE, as: grace };

const tenant = await sharedTenant();
const { assertRefused, assertRefusedUnasked, remember } = refusalsOf(tenant);
let service;

beforeEach(() => {
  service = serviceFor(tenant);
});

const finish = ({ code, state }, user = ada, redirect = CALLBACK) =>
  service.connectSecondaryAccount(user, redirect, code, state === undefined ? {} : { state });

test("a state is valid only for the user as named when it was created", async () => {
  const back = await signIn(tenant, service, asGrace);
  for (const user of [`${ada} `, ada.toUpperCase(), { email: "ada@example.com" }, linked]) {
    await assertRefusedUnasked(() => finish(back, user), "state_invalid");
  }
});

test("a state is valid only for its own redirect URL", async () => {
  const back = await signIn(tenant, service, asGrace);
  for (const url of [`${CALLBACK}/`, `${CALLBACK}?x=1`, "http://localhost:3000/callback"]) {
    await assertRefusedUnasked(() => finish(back, ada, url), "state_invalid");
  }
});

test("a state with any character changed, added or removed is rejected", async () => {
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

test("a state of other credentials is rejected", async () => {
  const stranger = serviceFor(tenant, { clientSecret: "of somebody else" });
  const ticket = stranger.generateAccountConnectionUrl(GOOGLE, CALLBACK, { user: ada });
  const back = await signInOn(tenant, ticket, grace);
  await assertRefusedUnasked(() => finish(back), "state_invalid");
});

test("a state is rejected after ten minutes", async () => {
  const { code } = await signIn(tenant, service, asGrace);
  const flow = { provider: "google-oauth2", redirectUrl: CALLBACK, user: ada };
  const endingIn = (seconds) =>
    sealedState(tenant.clientSecret, { ...flow, issuedAt: Date.now() + (seconds - 600) * 1000 });
  await assertRefusedUnasked(() => finish({ code, state: endingIn(-1) }), "state_expired");
  await assertRefusedUnasked(() => finish({ code, state: endingIn(-1e6) }), "state_expired");
  // A state that has not expired can be opened, and fails only at the code of another flow.
  await assertRefused(finish({ code, state: endingIn(300) }), "code_rejected");
});

test("a state can be made to expire earlier, so that tests can see it", () => {
  const brief = serviceFor(tenant, { linkStateTtlSeconds: 2 });
  const { expiresAt } = brief.generateAccountConnectionUrl(GOOGLE, CALLBACK, { user: ada });
  const left = expiresAt.getTime() - Date.now();
  assert.ok(left > 0 && left <= 2_000, String(left));
  for (const linkStateTtlSeconds of [0, 601, 1.5, "60"]) {
    assert.throws(() => serviceFor(tenant, { linkStateTtlSeconds }), {
      field: "linkStateTtlSeconds",
    });
  }
});

test("a bound flow cannot be finished without its state", async () => {
  const { code } = await signIn(tenant, service, asGrace);
  await assertRefused(finish({ code }), "code_rejected");
});

test("requireLinkState rejects a missing and an unbound state", async () => {
  const unbound = await signIn(tenant, service, { provider: GOOGLE, as: grace });
  service = serviceFor(tenant, { requireLinkState: true });
  await assertRefusedUnasked(() => finish(unbound), "state_required");
  await assertRefusedUnasked(() => finish({ code: unbound.code }), "state_required");
  const methods = await connect(tenant, service, asGrace);
  assert.equal(methods.length, 2);
});

const codeExchanges = () => tenant.requests.filter(isCodeExchange);

test("a callback can be used only once", async () => {
  const back = await signIn(tenant, service, asGrace);
  await finish(back);
  remember();
  tenant.clearRequests();
  await assertRefused(finish(back), "state_used");
  assert.deepEqual(codeExchanges(), []);
});

test("a callback without a state can be used only once too, by its code", async () => {
  const { code } = await signIn(tenant, service, { provider: GOOGLE, as: grace });
  await finish({ code });
  remember();
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
  "in another service with the same credentials": () => serviceFor(tenant),
  "in a service created after it was closed": () => {
    service.close();
    return serviceFor(tenant, { requireLinkState: true });
  },
})) {
  test(`a used state accepts no second code, ${name}`, async () => {
    const { state } = await signIn(tenant, service, asGrace);
    await assertRefused(finish({ code: "spoilt", state }), "code_rejected");
    service = another();
    const { code } = await signIn(tenant, service, asGrace);
    tenant.clearRequests();
    await assertRefused(finish({ code, state }), "state_used");
    assert.deepEqual(codeExchanges(), []);
  });
}

test("an unbound state is valid for one code, too", async () => {
  const unbound = { provider: GOOGLE, as: grace };
  const { state } = await signIn(tenant, service, unbound);
  await assertRefused(finish({ code: "spoilt", state }), "code_rejected");
  const { code } = await signIn(tenant, service, unbound);
  await assertRefused(finish({ code, state }), "state_used");
});

test("of many concurrent calls with one state, one sends its code", async () => {
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

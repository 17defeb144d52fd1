// Auth0 rejects a request, closes the connection, or its response is lost while an account is connected:
// no step is blindly repeated, and success means that Auth0 shows the link.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import {
  AccountLinkingError,
  InsufficientScopeError,
  NetworkError,
} from "@archie/auth0-user-security";
import { CALLBACK, connect, identitiesOf, signIn } from "../../test-support/connection.mjs";
import { rejection, serviceFor, sharedTenant, writes } from "../../test-support/service.mjs";
import { isCodeExchange } from "../../test-support/signing.mjs";

const LINK = "post_identities";
const READ = "get_users_by_id";
const { ada, grace } = PEOPLE;
const asGrace = { user: ada, provider: "google-oauth2", as: grace };
const config = { retry: { maxAttempts: 3, maxDelayMs: 0 } };
const impatient = { ...config, attemptTimeoutMs: 800 };

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant, config);
});

const linkRequests = () => writes(tenant).filter(({ template }) => /identities/.test(template));
const codeExchanges = () => tenant.requests.filter(isCodeExchange);

function assertConnected(methods) {
  const shown = methods.map(({ provider, id }) => `${provider}|${id}`);
  assert.deepEqual(shown, [ada.replace("auth0|", "email-password|"), grace]);
  assert.deepEqual(identitiesOf(tenant, ada), [ada, grace]);
  assert.equal(tenant.user(grace), undefined);
}

for (const [name, fault] of [
  ["is lost", { commit: true, reset: true }],
  ["never comes", { commit: true, hang: true }],
  ["is cut off", { truncate: true }],
  ["is 500", { commit: true, status: 500 }],
  ["is 503", { commit: true, status: 503 }],
  ["is not JSON", { commit: true, body: "<p>done</p>" }],
  ["shows no identity", { commit: true, status: 201, body: [] }],
]) {
  test(`Auth0 links, but its response ${name}: one link, one success`, async () => {
    if (fault.hang) service = serviceFor(tenant, impatient);
    tenant.fault(LINK, fault);
    assertConnected(await connect(tenant, service, asGrace));
    assert.equal(linkRequests().length, 1);
  });
}

for (const [name, fault] of [
  ["the connection breaks", { reset: "before" }],
  ["Auth0 responds with 500", { status: 500 }],
  ["Auth0 responds with 503", { status: 503 }],
]) {
  test(`${name} before anything is linked: an error, one request, nothing linked`, async () => {
    tenant.fault(LINK, fault);
    const error = await rejection(connect(tenant, service, asGrace));
    assert.equal(error.statusCode, fault.status ?? 0, String(error));
    assert.equal(error.endpoint, "/api/v2/users/{id}/identities");
    assert.equal(linkRequests().length, 1);
    assert.deepEqual(identitiesOf(tenant, ada), [ada]);
  });
}

test("no success is reported if neither the response nor the read-back arrives", async () => {
  tenant.fault(LINK, { commit: true, reset: true });
  const { code, state } = await signIn(tenant, service, asGrace);
  const reread = ({ operation }) => operation === READ && linkRequests().length > 0;
  tenant.fault(reread, { reset: true }, 3);
  const attempt = service.connectSecondaryAccount(ada, CALLBACK, code, { state });
  assert.equal((await rejection(attempt)).constructor, NetworkError);
  assert.equal(linkRequests().length, 1);
});

test("no success is reported for a response without the linked account", async () => {
  tenant.fault(LINK, { status: 201, body: [] });
  const error = await rejection(connect(tenant, service, asGrace));
  assert.equal(error.reason, "refused");
});

test("a rejected link is retried only after 429", async () => {
  tenant.fault(LINK, { status: 429, headers: { "retry-after": "0" } });
  assertConnected(await connect(tenant, service, asGrace));
  assert.equal(linkRequests().length, 2);
});

for (const [status, reason] of [
  [409, "linked_elsewhere"],
  [400, "refused"],
  [404, "refused"],
]) {
  test(`a link that Auth0 rejects with ${status} is ${reason}, with its response as the cause`, async () => {
    tenant.fault(LINK, { status });
    const error = await rejection(connect(tenant, service, asGrace));
    assert.equal(error.constructor, AccountLinkingError, String(error));
    assert.deepEqual([error.reason, error.code], [reason, "ERR_ACCOUNT_LINKING"]);
    assert.equal(error.cause.statusCode, status);
    assert.deepEqual(identitiesOf(tenant, ada), [ada]);
  });
}

test("a link rejected because another call made it meanwhile is a success", async () => {
  const isOvertaken = ({ operation }) => {
    if (operation !== LINK) return false;
    tenant.user(ada).identities.push(tenant.user(grace).identities[0]);
    return true;
  };
  tenant.fault(isOvertaken, { status: 409 });
  const methods = await connect(tenant, service, asGrace);
  assert.deepEqual(
    methods.map(({ id }) => id),
    [ada, grace].map((id) => id.split("|")[1]),
  );
  assert.equal(linkRequests().length, 1);
});

for (const [name, fault] of [
  ["breaks after Auth0 accepted it", { commit: true, reset: true }],
  ["breaks before", { reset: "before" }],
  ["hangs", { hang: true }],
  ["gets 500", { status: 500 }],
  ["gets 503 after Auth0 accepted it", { status: 503, commit: true }],
  ["gets 408", { status: 408 }],
  ["gets HTML", { commit: true, body: "<p>bad</p>" }],
]) {
  test(`the exchange of a code that ${name} is never repeated`, async () => {
    if (fault.hang) service = serviceFor(tenant, impatient);
    tenant.fault(isCodeExchange, fault, 9);
    await rejection(connect(tenant, service, asGrace));
    assert.equal(codeExchanges().length, 1);
    assert.deepEqual(linkRequests(), []);
  });
}

test("the exchange of a code is retried after 429, because Auth0 did not process it", async () => {
  tenant.fault(isCodeExchange, { status: 429, headers: { "retry-after": "0" } });
  assertConnected(await connect(tenant, service, asGrace));
  assert.equal(codeExchanges().length, 2);
});

test("the scope to link is named when it is missing, and nothing is linked", async () => {
  tenant.setScopes(["read:users"]);
  const error = await rejection(connect(tenant, service, asGrace));
  assert.ok(error instanceof InsufficientScopeError, String(error));
  assert.deepEqual(error.requiredScopes, ["update:users"]);
  assert.deepEqual(identitiesOf(tenant, ada), [ada]);
});

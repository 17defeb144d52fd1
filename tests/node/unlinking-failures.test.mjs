// If the response to an unlink is lost, or two unlinks race, what Auth0 shows afterwards decides.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { NetworkError, UserAuthenticationMethodProvider } from "@archie/auth0-user-security";
import { connect, identitiesOf } from "../../test-support/connection.mjs";
import { rejection, serviceFor, sharedTenant, writes } from "../../test-support/service.mjs";

const { GOOGLE, GITHUB } = UserAuthenticationMethodProvider;
const { linus, linked } = PEOPLE;
const GOOGLE_ID = "115015401343387192604";
const UNLINK = "delete_user_identity_by_user_id";
const READ = "get_users_by_id";
const google = { id: GOOGLE_ID, provider: GOOGLE };
const config = { retry: { maxAttempts: 3, maxDelayMs: 0 } };
const impatient = { ...config, attemptTimeoutMs: 800 };

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant, config);
});

const unlinkRequests = () => writes(tenant).filter(({ method }) => method === "DELETE");

function assertDisconnected(methods) {
  assert.deepEqual(
    methods.map(({ id }) => id),
    [linked.split("|")[1]],
  );
  assert.deepEqual(identitiesOf(tenant, linked), [linked]);
  assert.ok(tenant.user(`google-oauth2|${GOOGLE_ID}`), "the account is not separate again");
  assert.equal(unlinkRequests().length, 1);
}

for (const [name, fault] of [
  ["is lost", { commit: true, reset: true }],
  ["never comes", { commit: true, hang: true }],
  ["is cut off", { truncate: true }],
  ["is 500", { commit: true, status: 500 }],
  ["is 404", { commit: true, status: 404 }],
  ["is 400", { commit: true, status: 400 }],
  ["is not JSON", { commit: true, body: "<p>done</p>" }],
  ["names no user", { commit: true, body: [] }],
]) {
  test(`Auth0 disconnects, but its response ${name}: one delete, one success`, async () => {
    if (fault.hang) service = serviceFor(tenant, impatient);
    tenant.fault(UNLINK, fault);
    assertDisconnected(await service.disconnectSecondaryAccount(linked, google));
  });
}

for (const [name, fault, expected] of [
  ["the connection breaks", { reset: "before" }, "ERR_NETWORK"],
  ["Auth0 responds with 500", { status: 500 }, "ERR_AUTH0_API"],
  ["Auth0 responds with 400", { status: 400 }, "ERR_ACCOUNT_LINKING"],
  ["Auth0 responds with 404", { status: 404 }, "ERR_ACCOUNT_LINKING"],
  ["Auth0 shows no user", { body: [] }, "ERR_ACCOUNT_LINKING"],
  [
    "Auth0 still shows it",
    { body: [{ provider: "google-oauth2", user_id: GOOGLE_ID }] },
    "ERR_ACCOUNT_LINKING",
  ],
]) {
  test(`${name} and the account is still there: an error after one delete`, async () => {
    tenant.fault(UNLINK, fault);
    const error = await rejection(service.disconnectSecondaryAccount(linked, google));
    assert.equal(error.code, expected, String(error));
    if (expected === "ERR_ACCOUNT_LINKING") assert.equal(error.reason, "refused");
    assert.equal(unlinkRequests().length, 1);
    assert.equal(identitiesOf(tenant, linked).length, 2);
  });
}

test("no success is reported if neither the response nor the read-back arrives", async () => {
  tenant.fault(UNLINK, { commit: true, reset: true });
  tenant.fault(
    ({ operation }) => operation === READ && unlinkRequests().length > 0,
    { reset: true },
    3,
  );
  const error = await rejection(service.disconnectSecondaryAccount(linked, google));
  assert.equal(error.constructor, NetworkError);
  assert.equal(unlinkRequests().length, 1);
});

test("two concurrent calls for one identity both succeed, and disconnect it once", async () => {
  const calls = [google, google].map((method) =>
    service.disconnectSecondaryAccount(linked, method),
  );
  const settled = await Promise.allSettled(calls);
  const reasons = settled.map(({ reason }) => reason?.reason ?? "success");
  // The later one may find in its own read that it came too late.
  assert.ok(reasons.includes("success") && reasons.every((one) => /success|not_linked/.test(one)));
  assert.deepEqual(identitiesOf(tenant, linked), [linked]);
});

test("an identity that another call disconnects after it was read is a success", async () => {
  const isOvertaken = ({ operation }) => {
    if (operation === UNLINK) tenant.user(linked).identities.splice(1);
    return false;
  };
  tenant.fault(isOvertaken, {});
  const methods = await service.disconnectSecondaryAccount(linked, google);
  assert.equal(unlinkRequests()[0].status, 400);
  assert.equal(methods.length, 1);
});

test("disconnecting two identities concurrently leaves the primary one", async () => {
  await connect(tenant, service, { user: linked, provider: GITHUB, as: linus });
  const calls = [google, { id: "1024025", provider: GITHUB }].map((method) =>
    service.disconnectSecondaryAccount(linked, method),
  );
  for (const methods of await Promise.all(calls)) assert.ok(methods[0].isPrimary);
  assert.deepEqual(identitiesOf(tenant, linked), [linked]);
});

// The checks that keep a foreign account from being connected.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { AccountLinkingError, NetworkError, TimeoutError } from "@archie/auth0-user-security";
import {
  accessTokenOf,
  CALLBACK,
  connect,
  identitiesOf,
  signIn,
} from "../../test-support/connection.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { rejection, serviceFor, sharedTenant } from "../../test-support/service.mjs";

const { ada, grace, linus, blocked } = PEOPLE;
const asGrace = { user: ada, provider: "google-oauth2", as: grace };

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant);
});

async function assertRefused(promise, reason) {
  const error = await rejection(promise);
  assert.ok(error instanceof AccountLinkingError, String(error));
  assert.equal(error.reason, reason);
  assert.deepEqual(identitiesOf(tenant, ada), [ada]);
}

for (const state of [undefined, null]) {
  test(`a callback with the state ${state} does not count as one without a state`, async () => {
    const { code } = await tenant.login({ user: grace });
    const attempt = service.connectSecondaryAccount(ada, CALLBACK, code, { state });
    await assertRefused(attempt, "state_required");
  });
}

test("requireLinkState rejects an access token too; without it a warning is logged", async () => {
  const token = await accessTokenOf(tenant, linus);
  const strict = serviceFor(tenant, { requireLinkState: true });
  await assertRefused(strict.connectSecondaryAccount(ada, "github", token), "state_required");
  const logger = recordingLogger();
  await serviceFor(tenant, {}, logger).connectSecondaryAccount(ada, "github", token);
  await logger.count(1);
  assert.match(logger.lines[0].message, /not bound to a user/);
});

test("a state in addition to an access token is an error", async () => {
  const attempt = service.connectSecondaryAccount(ada, "github", "token", { state: "x" });
  assert.equal((await rejection(attempt)).constructor, TypeError);
});

test("a connection that was changed in the browser is detected", async () => {
  tenant.addConnection({ name: "Legacy-Import-DB", strategy: "auth0" });
  const other = tenant.addUser({
    user_id: "auth0|legacy",
    email: "legacy@example.com",
    email_verified: true,
    password: "A-long-password",
    identities: [{ provider: "auth0", connection: "Legacy-Import-DB", user_id: "legacy" }],
  });
  const ticket = service.generateAccountConnectionUrl("email-password", CALLBACK, { user: ada });
  const changed = ticket.redirect.replace("Username-Password-Authentication", "Legacy-Import-DB");
  const { code, state } = await tenant.authorize(changed, { as: other.user_id });
  const attempt = service.connectSecondaryAccount(ada, CALLBACK, code, { state });
  await assertRefused(attempt, "provider_mismatch");
});

test("no account is connected to a blocked one", async () => {
  const { code, state } = await signIn(tenant, service, { ...asGrace, user: blocked });
  const attempt = service.connectSecondaryAccount(blocked, CALLBACK, code, { state });
  await assertRefused(attempt, "primary_blocked");
  assert.equal(tenant.user(blocked).identities.length, 1);
});

test("if neither the link nor the read-back gets a response, the error is that of the link", async () => {
  const { code, state } = await signIn(tenant, service, asGrace);
  tenant.fault("post_identities", { commit: true, reset: true });
  const reads = (request) => request.template === "/api/v2/users/{id}" && linkWasSent();
  const linkWasSent = () => tenant.requests.some(({ template }) => /identities/.test(template));
  tenant.fault(reads, { status: 403, body: { errorCode: "insufficient_scope" } }, 9);
  const error = await rejection(service.connectSecondaryAccount(ada, CALLBACK, code, { state }));
  assert.ok(error instanceof NetworkError, String(error));
  assert.equal(error.endpoint, "/api/v2/users/{id}/identities");
});

test("a link without a response leaves time for the read-back", async () => {
  const { code, state } = await signIn(tenant, service, asGrace);
  tenant.fault("post_identities", { commit: true, hang: true });
  const options = { state, timeoutMs: 2000 };
  const methods = await service.connectSecondaryAccount(ada, CALLBACK, code, options);
  assert.equal(methods.length, 2);
  const patient = { timeoutMs: 2000 };
  tenant.fault("delete_user_identity_by_user_id", { commit: true, hang: true });
  const left = await service.disconnectSecondaryAccount(ada, methods[1], patient).catch((e) => e);
  assert.ok(!(left instanceof TimeoutError), String(left));
  assert.equal(left.length, 1);
});

test("a newly rotated signing key is fetched at once", async () => {
  await connect(tenant, service, asGrace);
  await tenant.rotateKeys({ revoke: true });
  const methods = await connect(tenant, service, { user: ada, provider: "github", as: linus });
  assert.equal(methods.length, 3);
});

test("an account that another call connects after it was read is a success", async () => {
  const isOvertaken = ({ operation, params }) => {
    if (operation !== "get_users_by_id" || params.id !== grace) return false;
    tenant.user(ada).identities.push(tenant.user(grace).identities[0]);
    return true;
  };
  tenant.fault(isOvertaken, { status: 404 });
  assert.equal((await connect(tenant, service, asGrace)).length, 2);
});

test("a wildcard in allowedRedirectOrigins, which never matches, is an error", () => {
  const config = { allowedRedirectOrigins: ["https://*.example.com"] };
  assert.throws(() => serviceFor(tenant, config), { field: "allowedRedirectOrigins" });
});

test("a misspelt state is named before a missing one", async () => {
  const options = { state: undefined, sate: "x" };
  const error = await rejection(service.connectSecondaryAccount(ada, CALLBACK, "code", options));
  assert.ok(error instanceof TypeError, String(error));
  assert.match(error.message, /^options\.sate is not a known option/);
});

// Enrolled factors: listed as Auth0 has them, removed one by one, and never the last one by accident.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import {
  AccountProtectionError,
  InsufficientScopeError,
  UserNotFoundError,
} from "@archie/auth0-user-security";
import { auditTrail } from "../../test-support/audit.mjs";
import { templates } from "../../test-support/connection.mjs";
import {
  rejection,
  serviceFor,
  sharedTenant,
  tenantOf,
  writes,
} from "../../test-support/service.mjs";

const { linus, grace } = PEOPLE;
const FORGET = "post_invalidate-remember-browser";
const DELETE = "delete_authentication-methods_by_authentication_method_id";

const tenant = await sharedTenant();
let service;
let totp;
let passkey;

beforeEach(() => {
  service = serviceFor(tenant, { retry: { maxAttempts: 3, maxDelayMs: 0 } });
  const add = (type, more) => tenant.addAuthenticationMethod({ user_id: linus, type, ...more }).id;
  totp = add("totp", { confirmed: true, name: "Phone" });
  passkey = add("passkey", { confirmed: true, credential_device_type: "multi_device" });
});

const idsOf = (user) => tenant.authenticationMethods(user).map(({ id }) => id);

test("factors are listed with their dates, and every page is read", async () => {
  for (let left = 60; left > 0; left -= 1) {
    tenant.addAuthenticationMethod({ user_id: linus, type: "webauthn-roaming", confirmed: true });
  }
  const factors = await service.findUserFactors({ sub: linus });
  assert.equal(factors.length, 62);
  const [first] = factors;
  assert.deepEqual([first.id, first.type, first.confirmed], [totp, "totp", true]);
  assert.ok(first.createdAt instanceof Date);
  assert.equal(factors[1].deviceType, "multi_device");
});

test("a removed factor is gone, and Auth0 forgets remembered browsers", async (t) => {
  const trail = auditTrail(t);
  const left = await service.removeUserFactor({ sub: linus }, { id: passkey });
  assert.deepEqual(
    left.map(({ id }) => id),
    [totp],
  );
  assert.deepEqual(idsOf(linus), [totp]);
  assert.deepEqual(templates(tenant).slice(1), [
    "GET /api/v2/users/{id}/authentication-methods",
    "POST /api/v2/users/{id}/multifactor/actions/invalidate-remember-browser",
    "DELETE /api/v2/users/{id}/authentication-methods/{authentication_method_id}",
  ]);
  const [event] = await trail.events(1);
  assert.equal(event.action, "factor.remove");
  assert.deepEqual(event.target, { userId: linus, factorId: passkey });
  assert.deepEqual(event.effects, [
    { step: "rememberedBrowsers", state: "done" },
    { step: "factor", state: "done", count: 1 },
  ]);
});

for (const [name, id] of [
  [
    "another user's factor",
    () => tenant.addAuthenticationMethod({ user_id: grace, type: "totp" }).id,
  ],
  ["a factor that does not exist", () => "totp|dev_0000000000000000"],
  ["an id that cannot exist", () => ".."],
]) {
  test(`${name} is not found, and nothing is changed`, async () => {
    const error = await rejection(service.removeUserFactor(linus, id(), { allowLast: true }));
    assert.ok(error instanceof AccountProtectionError, String(error));
    assert.equal(error.reason, "factor_not_found");
    assert.deepEqual(writes(tenant), []);
  });
}

test("the last confirmed factor is removed only with allowLast", async () => {
  tenant.addAuthenticationMethod({ user_id: linus, type: "recovery-code", confirmed: true });
  tenant.addAuthenticationMethod({ user_id: linus, type: "phone", confirmed: false });
  await service.removeUserFactor(linus, totp);
  const error = await rejection(service.removeUserFactor(linus, passkey));
  assert.equal(error.reason, "last_factor");
  assert.match(error.message, /allowLast: true/);
  assert.equal(writes(tenant).length, 2);
  const left = await service.removeUserFactor(linus, passkey, { allowLast: true });
  assert.deepEqual(left.map(({ type }) => type).sort(), ["phone", "recovery-code"]);
});

test("two calls at once cannot remove the last two", async () => {
  const outcomes = await Promise.allSettled(
    [totp, passkey].map((id) => service.removeUserFactor(linus, id)),
  );
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  assert.equal(idsOf(linus).length, 1);
});

test("a factor that goes together with the last one counts as removed", async () => {
  const more = { confirmed: true, link_id: totp };
  tenant.addAuthenticationMethod({ user_id: linus, type: "push", ...more });
  await service.removeUserFactor(linus, passkey);
  const error = await rejection(service.removeUserFactor(linus, totp));
  assert.equal(error.reason, "last_factor");
  assert.deepEqual(await service.removeUserFactor(linus, totp, { allowLast: true }), []);
  assert.deepEqual(idsOf(linus), []);
});

test("a factor whose state cannot be read does not count as the one that remains", async () => {
  const strange = (value) => {
    for (const factor of value.authenticators) factor.confirmed = factor.id === totp ? true : 1;
    return value;
  };
  tenant.fault("get_authentication-methods", { change: strange }, Number.POSITIVE_INFINITY);
  const error = await rejection(service.removeUserFactor(linus, totp));
  assert.equal(error.statusCode, 200);
  assert.deepEqual(writes(tenant), []);
});

test("a removal that has begun is completed although the caller leaves", async (t) => {
  const trail = auditTrail(t);
  const controller = new AbortController();
  tenant.fault(
    ({ operation }) => {
      if (operation === FORGET) controller.abort(new Error("gone"));
      return false;
    },
    {},
    Number.POSITIVE_INFINITY,
  );
  const call = service.removeUserFactor(linus, passkey, { signal: controller.signal });
  await assert.rejects(call, { message: "gone" });
  const [event] = await trail.events(1);
  assert.deepEqual(
    event.effects.map(({ step, state }) => [step, state]),
    [
      ["rememberedBrowsers", "done"],
      ["factor", "done"],
    ],
  );
});

test("more factors than fit into the rate limit at once are removed", async () => {
  for (let left = 30; left > 0; left -= 1) {
    tenant.addAuthenticationMethod({ user_id: linus, type: "webauthn-roaming", confirmed: true });
  }
  assert.equal(await service.removeAllUserFactors(linus, { allowLast: true }), 32);
});

test("a password is no factor: it is neither listed nor removed", async () => {
  const method = { user_id: linus, type: "password", confirmed: true };
  const { id } = tenant.addAuthenticationMethod(method);
  const factors = await service.findUserFactors(linus);
  assert.equal(factors.length, 2);
  const error = await rejection(service.removeUserFactor(linus, id, { allowLast: true }));
  assert.equal(error.reason, "factor_not_found");
});

test("nothing on Object.prototype becomes a date", async (t) => {
  Object.prototype.expiresAt = 5;
  t.after(() => delete Object.prototype.expiresAt);
  const [factor] = await service.findUserFactors(linus);
  assert.equal(Object.hasOwn(factor, "expiresAt"), false);
});

test("all factors are removed one by one, although one is a passkey; the password stays", async () => {
  tenant.addAuthenticationMethod({ user_id: linus, type: "password", confirmed: true });
  const refused = await rejection(service.removeAllUserFactors(linus));
  assert.equal(refused.reason, "last_factor");
  assert.deepEqual(writes(tenant), []);
  assert.equal(await service.removeAllUserFactors(linus, { allowLast: true }), 2);
  const left = tenant.authenticationMethods(linus);
  assert.deepEqual(
    left.map(({ type }) => type),
    ["password"],
  );
  assert.equal(await service.removeAllUserFactors(linus), 0);
});

test("a factor that cannot be removed does not keep the others, and the effects count both", async () => {
  tenant.fault(
    ({ operation, url }) => operation === DELETE && url.includes(encodeURIComponent(totp)),
    { status: 500 },
    Number.POSITIVE_INFINITY,
  );
  const error = await rejection(service.removeAllUserFactors(linus, { allowLast: true }));
  assert.equal(error.statusCode, 500);
  assert.deepEqual(error.effects, [
    { step: "rememberedBrowsers", state: "done" },
    { step: "factor", state: "unknown", count: 1 },
    { step: "factor", state: "done", count: 1 },
  ]);
  assert.deepEqual(idsOf(linus), [totp]);
});

test("without the scope to make Auth0 forget browsers, no factor is removed", async (t) => {
  const limited = await tenantOf(t, {
    scopes: ["read:users", "read:authentication_methods", "delete:authentication_methods"],
  });
  const { id } = limited.addAuthenticationMethod({ user_id: linus, type: "totp", confirmed: true });
  const error = await rejection(
    serviceFor(limited).removeUserFactor(linus, id, { allowLast: true }),
  );
  assert.ok(error instanceof InsufficientScopeError, String(error));
  assert.deepEqual(error.requiredScopes, ["update:users"]);
  assert.equal(error.effects, undefined);
  assert.equal(limited.authenticationMethods(linus).length, 1);
});

test("a user who does not exist has no factors to list or remove", async () => {
  for (const call of [
    () => service.findUserFactors("auth0|nobody"),
    () => service.removeUserFactor("auth0|nobody", totp),
    () => service.removeAllUserFactors("auth0|nobody", { allowLast: true }),
  ]) {
    assert.ok((await rejection(call())) instanceof UserNotFoundError);
  }
});

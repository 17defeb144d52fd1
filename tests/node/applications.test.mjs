// Applications that hold refresh tokens of a user: by application and device, and revoked by application.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE, USER_AGENTS } from "@archie/auth0-tenant-emulator";
import {
  AccountProtectionError,
  FeatureUnavailableError,
  UserNotFoundError,
} from "@archie/auth0-user-security";
import { auditTrail } from "../../test-support/audit.mjs";
import {
  rejection,
  serviceFor,
  sharedTenant,
  tenantOf,
  writes,
} from "../../test-support/service.mjs";

const { linus, grace } = PEOPLE;
const PHONE = "phone_app";
const SHOP = "shop_app";
const at = (hour) => `2026-01-01T${hour}:00:00.000Z`;

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant, { retry: { maxAttempts: 3, maxDelayMs: 0 } });
  for (const client_id of [PHONE, SHOP]) tenant.addClient({ client_id, name: client_id });
  for (const { id } of tenant.refreshTokens(linus)) assert.fail(`${id} is unexpected`);
});

/** @param {string} client_id @param {object} more */
const token = (client_id, more) =>
  tenant.addRefreshToken({
    user_id: linus,
    client_id,
    expires_at: null,
    idle_expires_at: null,
    ...more,
  });

const device = (agent, ip) => ({
  initial_user_agent: USER_AGENTS[agent],
  last_user_agent: USER_AGENTS[agent],
  initial_ip: ip,
  last_ip: ip,
});

test("tokens are grouped by application and device, the latest first; rotating ones count once", async () => {
  const [firstAgent, secondAgent] = Object.keys(USER_AGENTS);
  const one = { device: device(firstAgent, "203.0.113.1"), session_id: null };
  const other = { device: device(secondAgent, "203.0.113.2"), session_id: null };
  token(SHOP, { ...one, rotating: false, created_at: at("01"), last_exchanged_at: at("02") });
  token(PHONE, { ...one, rotating: true, created_at: at("03"), last_exchanged_at: at("04") });
  token(PHONE, { ...one, rotating: true, created_at: at("05"), last_exchanged_at: at("06") });
  token(PHONE, { ...other, rotating: false, created_at: at("07"), last_exchanged_at: at("08") });
  token(PHONE, { ...other, rotating: false, created_at: at("09"), last_exchanged_at: at("10") });
  const applications = await service.findUserApplications({ sub: linus });
  assert.deepEqual(
    applications.map(({ clientId, refreshTokens, devices }) => [
      clientId,
      refreshTokens,
      devices.map(({ address, refreshTokens: count, rotating }) => [address, count, rotating]),
    ]),
    [
      [
        PHONE,
        3,
        [
          ["203.0.113.2", 2, false],
          ["203.0.113.1", 1, true],
        ],
      ],
      [SHOP, 1, [["203.0.113.1", 1, false]]],
    ],
  );
  const [{ createdAt, lastUsedAt, devices }] = applications;
  assert.deepEqual([createdAt, lastUsedAt], [new Date(at("03")), new Date(at("10"))]);
  assert.ok(devices.every(({ createdAt: date }) => date instanceof Date));
});

test("ids of tokens are returned only when asked for, and the tokens never", async () => {
  const { id } = token(SHOP, { token: "the-token-itself" });
  const [plain] = await service.findUserApplications(linus);
  assert.equal(JSON.stringify(plain).includes(id), false);
  const [asked] = await service.findUserApplications(linus, { includeTokenIds: true });
  assert.deepEqual(asked.devices[0].refreshTokenIds, [id]);
  assert.equal(JSON.stringify(asked).includes("the-token-itself"), false);
});

test("an application loses its tokens; those of other applications and users stay", async (t) => {
  const trail = auditTrail(t);
  for (const more of [{}, {}, {}]) token(PHONE, more);
  const kept = token(SHOP, {});
  const foreign = tenant.addRefreshToken({ user_id: grace, client_id: PHONE });
  const revoked = await service.revokeUserApplication(
    { sub: linus },
    { clientId: PHONE },
    {
      waitUntilGone: true,
    },
  );
  assert.equal(revoked, 3);
  assert.deepEqual(
    tenant.refreshTokens(linus).map(({ id }) => id),
    [kept.id],
  );
  assert.ok(tenant.refreshTokens(grace).some(({ id }) => id === foreign.id));
  const [event] = await trail.events(1);
  assert.equal(event.action, "application.revoke");
  assert.deepEqual(event.target, { userId: linus, clientId: PHONE });
  assert.deepEqual(event.effects, [{ step: "application", state: "done", count: 3 }]);
});

test("an application that the user never used is an error, and nothing is changed", async () => {
  token(SHOP, {});
  for (const clientId of [PHONE, "no_such_app", "..", ""]) {
    const error = await rejection(service.revokeUserApplication(linus, clientId));
    assert.ok(error instanceof AccountProtectionError, String(error));
    assert.equal(error.reason, "application_not_found");
  }
  assert.deepEqual(writes(tenant), []);
});

test("a token without an owner is never revoked", async () => {
  token(PHONE, {});
  const withoutOwner = (value) =>
    JSON.parse(JSON.stringify(value, (key, inner) => (key === "user_id" ? undefined : inner)));
  tenant.fault("get_refresh_tokens_for_user", { change: withoutOwner }, Number.POSITIVE_INFINITY);
  const error = await rejection(service.revokeUserApplication(linus, PHONE));
  assert.match(error.message, /does not say whose it is: `user_id` is missing/);
  assert.deepEqual(writes(tenant), []);
});

test("a token whose application cannot be read is not passed over", async () => {
  token(PHONE, {});
  token(PHONE, {});
  const withoutOne = (value) => {
    delete value.tokens[0].client_id;
    return value;
  };
  tenant.fault("get_refresh_tokens_for_user", { change: withoutOne }, Number.POSITIVE_INFINITY);
  const error = await rejection(service.revokeUserApplication(linus, PHONE));
  assert.match(error.message, /has no readable `client_id`/);
  assert.deepEqual(writes(tenant), []);
});

test("what has begun is completed although the caller leaves", async (t) => {
  const trail = auditTrail(t);
  for (let left = 11; left > 0; left -= 1) token(PHONE, {});
  const controller = new AbortController();
  const call = service.revokeUserApplication(linus, PHONE, { signal: controller.signal });
  tenant.fault(
    ({ operation }) => {
      if (operation === "delete_refresh_token") controller.abort(new Error("gone"));
      return false;
    },
    {},
    Number.POSITIVE_INFINITY,
  );
  await assert.rejects(call, { message: "gone" });
  const [event] = await trail.events(1);
  assert.deepEqual(event.effects, [{ step: "application", state: "done", count: 11 }]);
});

test("a token that is already gone counts as revoked; a failure reports what was done", async () => {
  token(PHONE, {});
  tenant.fault("delete_refresh_token", { status: 404, commit: true });
  assert.equal(await service.revokeUserApplication(linus, PHONE), 1);
  token(PHONE, {});
  token(PHONE, {});
  tenant.fault("delete_refresh_token", { status: 400 });
  const error = await rejection(service.revokeUserApplication(linus, PHONE));
  assert.deepEqual(error.effects, [
    { step: "application", state: "notDone", count: 1 },
    { step: "application", state: "done", count: 1 },
  ]);
});

test("absent users and missing plans have their own errors", async (t) => {
  const missing = await rejection(service.findUserApplications("auth0|nobody"));
  assert.ok(missing instanceof UserNotFoundError, String(missing));
  const free = await tenantOf(t, { sessionManagement: false });
  const error = await rejection(serviceFor(free).findUserApplications(linus));
  assert.ok(error instanceof FeatureUnavailableError, String(error));
});

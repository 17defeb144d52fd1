// The end of all access that a caller lists, and of nothing else.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { UserNotFoundError } from "@archie/auth0-user-security";
import { auditTrail } from "../../test-support/audit.mjs";
import { templates } from "../../test-support/connection.mjs";
import { rejection, serviceFor, sharedTenant, writes } from "../../test-support/service.mjs";

const { ada, grace } = PEOPLE;
const EVERYTHING = ["deviceCredentials", "grants", "refreshTokens", "sessions", "block"];

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant, { retry: { maxAttempts: 3, maxDelayMs: 0 } });
  tenant.addGrant({ user_id: ada });
  for (const user_id of [ada, ada, grace]) tenant.addDeviceCredential({ user_id });
});

const done = (step, count) => ({ step, state: "done", ...(count && { count }) });
/** Ada has two device credentials of her own, and the refresh tokens, which end before them. */
const DONE = [
  ...["block", "sessions", "refreshTokens", "grants"].map((step) => done(step)),
  done("deviceCredentials", 2),
];

test("everything ends in a safe order, and each step is reported", async (t) => {
  const trail = auditTrail(t);
  const { effects } = await service.endUserAccess({ sub: ada }, { include: EVERYTHING });
  assert.deepEqual(effects, DONE);
  assert.deepEqual(templates(tenant).slice(1), [
    "GET /api/v2/users/{id}",
    "PATCH /api/v2/users/{id}",
    "GET /api/v2/users/{id}",
    "DELETE /api/v2/users/{user_id}/sessions",
    "DELETE /api/v2/users/{user_id}/refresh-tokens",
    "DELETE /api/v2/grants",
    "GET /api/v2/device-credentials",
    "DELETE /api/v2/device-credentials/{id}",
    "DELETE /api/v2/device-credentials/{id}",
    ...Array(3).fill("GET /api/v2/device-credentials"),
  ]);
  assert.equal(tenant.user(ada).blocked, true);
  assert.deepEqual(tenant.grants(ada), []);
  assert.deepEqual(tenant.deviceCredentials(ada), []);
  assert.ok(tenant.deviceCredentials(grace).length > 0);
  const [event] = await trail.events(1);
  assert.equal(event.action, "access.end");
  assert.deepEqual(event.effects, DONE);
});

for (const kind of EVERYTHING) {
  test(`${kind} alone changes nothing else`, async () => {
    const { effects } = await service.endUserAccess(ada, { include: [kind, kind] });
    assert.deepEqual(
      effects.map(({ step, state }) => [step, state]),
      [[kind, "done"]],
    );
    const changed = new Set(writes(tenant).map(({ operation }) => operation));
    assert.equal(changed.size, 1, [...changed].join());
  });
}

test("a step that fails does not keep the others, and the error reports each", async () => {
  tenant.fault("delete_sessions_for_user", { status: 403 }, Number.POSITIVE_INFINITY);
  const error = await rejection(service.endUserAccess(ada, { include: EVERYTHING }));
  assert.equal(error.statusCode, 403);
  assert.deepEqual(error.effects, [
    done("block"),
    { step: "sessions", state: "notDone" },
    done("refreshTokens"),
    done("grants"),
    done("deviceCredentials", 2),
  ]);
});

test("a step without a response leaves time for the others", async () => {
  tenant.fault("delete_sessions_for_user", { hang: "before" }, Number.POSITIVE_INFINITY);
  const include = ["sessions", "refreshTokens", "grants"];
  const error = await rejection(service.endUserAccess(ada, { include, timeoutMs: 4000 }));
  assert.deepEqual(error.effects, [
    { step: "sessions", state: "unknown" },
    done("refreshTokens"),
    done("grants"),
  ]);
});

test("more device credentials than Auth0 lists are deleted", async () => {
  for (let left = 1_050; left > 0; left -= 1) tenant.addDeviceCredential({ user_id: grace });
  const { effects } = await service.endUserAccess(grace, { include: ["deviceCredentials"] });
  assert.equal(effects.length, 1);
  assert.ok(effects[0].count > 1_050, String(effects[0].count));
  assert.deepEqual(tenant.deviceCredentials(grace), []);
});

test("a device credential that cannot be deleted keeps no other one", async () => {
  for (let left = 60; left > 0; left -= 1) tenant.addDeviceCredential({ user_id: ada });
  const [{ id }] = tenant.deviceCredentials(ada);
  tenant.fault(
    ({ operation, url }) =>
      operation === "delete_device-credentials_by_id" && url.endsWith(`/${id}`),
    { status: 403 },
    Number.POSITIVE_INFINITY,
  );
  const error = await rejection(service.endUserAccess(ada, { include: ["deviceCredentials"] }));
  assert.equal(error.statusCode, 403);
  assert.deepEqual(
    tenant.deviceCredentials(ada).map((one) => one.id),
    [id],
  );
  assert.equal(error.effects.find(({ state }) => state === "notDone").count, 1);
});

test("a user who does not exist ends nothing", async () => {
  const call = service.endUserAccess("auth0|nobody", { include: EVERYTHING });
  assert.ok((await rejection(call)) instanceof UserNotFoundError);
  assert.deepEqual(writes(tenant), []);
});

test("a list that cannot be read changes nothing", async () => {
  tenant.fault("get_device-credentials", { body: {} }, Number.POSITIVE_INFINITY);
  const error = await rejection(service.endUserAccess(ada, { include: ["deviceCredentials"] }));
  assert.equal(error.statusCode, 200);
  assert.equal(error.effects, undefined);
  assert.deepEqual(writes(tenant), []);
});

test("device credentials without an owner are never deleted, nor reported as deleted", async () => {
  const withoutOwner = (value) =>
    JSON.parse(JSON.stringify(value, (key, inner) => (key === "user_id" ? undefined : inner)));
  tenant.fault("get_device-credentials", { change: withoutOwner }, Number.POSITIVE_INFINITY);
  const error = await rejection(service.endUserAccess(ada, { include: ["deviceCredentials"] }));
  assert.match(error.message, /does not say whose it is: `user_id` is missing/);
  assert.equal(error.effects, undefined);
  assert.deepEqual(writes(tenant), []);
});

test("a list about another user does not count as empty", async () => {
  const ofGrace = (value) =>
    JSON.parse(JSON.stringify(value, (key, inner) => (key === "user_id" ? grace : inner)));
  tenant.fault("get_device-credentials", { change: ofGrace }, Number.POSITIVE_INFINITY);
  const error = await rejection(service.endUserAccess(ada, { include: ["deviceCredentials"] }));
  assert.match(error.message, /contains rows of another user/);
  assert.equal(error.effects, undefined);
  assert.deepEqual(writes(tenant), []);
});

for (const [options, message] of [
  [undefined, /options\.include must be an array with at least one of block, sessions/],
  [{ include: [] }, /at least one of block/],
  [{ include: ["block", "tokens"] }, /options\.include\[1\] must be one of block, sessions/],
  [{ include: "sessions" }, /options\.include must be an array/],
]) {
  test(`${JSON.stringify(options)} is refused before any request`, async () => {
    const error = await rejection(service.endUserAccess(ada, options));
    assert.ok(error instanceof TypeError, String(error));
    assert.match(error.message, message);
    assert.deepEqual(tenant.requests, []);
  });
}

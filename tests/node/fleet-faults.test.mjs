// A run does for each user what the method for one user does, also when Auth0 fails.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { rejection, serviceFor, sharedTenant } from "../../test-support/service.mjs";

const { ada } = PEOPLE;

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant, { retry: { maxAttempts: 1 }, attemptTimeoutMs: 2_000 });
});

const FAULTS = {
  "a reset before the request": { reset: "before" },
  "a reset after the request": { reset: "after" },
  "no response": { hang: "after" },
  "a refusal": { status: 400 },
  "a missing scope": { status: 403 },
  "a failure": { status: 500 },
  "a failure after the change": { status: 502, commit: true },
  "a page of a proxy": { status: 200, body: "<p>Sign in to the proxy</p>" },
};
/** A method for many users and the one that it repeats, with the request that decides. */
const PAIRS = {
  bulkRevokeUserSessions: ["revokeAllUserSessions", "delete_sessions_for_user"],
  bulkBlockUsers: ["blockUser", "patch_users_by_id"],
  bulkGeneratePasswordChangeTickets: ["generatePasswordChangeTicket", "post_password-change"],
};

const ofFailure = ({ code, description, effects }) => ({ code, description, effects });

for (const [bulk, [single, operation]] of Object.entries(PAIRS)) {
  for (const [name, fault] of Object.entries(FAULTS)) {
    test(`${bulk} reports ${name} as ${single} does`, async () => {
      const fail = () => tenant.fault(operation, fault, Number.POSITIVE_INFINITY);
      fail();
      const expected = await outcome(service[single](ada));
      tenant.reset();
      fail();
      const [result] = await service[bulk]([ada]);
      assert.deepEqual(ofFailure(result), ofFailure(expected));
      assert.equal(result.error, expected.message);
    });
  }
}

/** The error, or nothing. */
async function outcome(promise) {
  let failed = true;
  const settled = promise.then(() => {
    failed = false;
    throw new Error("no failure");
  });
  const error = await rejection(settled);
  return failed ? error : {};
}

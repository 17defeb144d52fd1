// How a run ends before its list does, and what is done until then.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { inspect } from "node:util";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { FleetStoppedError } from "@archie/auth0-user-security";
import { rejection, serviceFor, sharedTenant, writes } from "../../test-support/service.mjs";

const { ada, grace } = PEOPLE;
const REDIRECT = "https://app.example.com/done";

const REFUSAL = {
  status: 403,
  body: {
    statusCode: 403,
    error: "Forbidden",
    message: "Insufficient scope, expected any of: delete:sessions",
    errorCode: "insufficient_scope",
  },
};

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant, { retry: { maxAttempts: 1 } });
});

const people = (count) => Array.from({ length: count }, (_, index) => `auth0|nobody-${index}`);

/** A list that never ends, and says how far it was read. */
function endless() {
  const list = { read: 0, isClosed: false };
  list.users = (function* () {
    try {
      for (;;) {
        list.read += 1;
        yield `auth0|endless-${list.read}`;
      }
    } finally {
      list.isClosed = true;
    }
  })();
  return list;
}

test("a tenant that refuses everything stops the run after 20 failures with one code", async () => {
  tenant.fault("delete_sessions_for_user", REFUSAL, Number.POSITIVE_INFINITY);
  const list = endless();
  const run = service.bulkRevokeUserSessions(list.users, { concurrency: 1 });
  const error = await rejection(run);
  assert.ok(error instanceof FleetStoppedError);
  assert.ok(FleetStoppedError.isInstance(structuredClone(error)));
  assert.deepEqual(error.summary.stopped, { reason: "failures", code: "ERR_INSUFFICIENT_SCOPE" });
  assert.equal(error.summary.failed, 20);
  assert.equal(error.results.length, 20);
  assert.equal(list.isClosed, true);
  assert.ok(list.read <= 23, `${list.read} users were read`);
});

test("users that do not exist never stop a run", async () => {
  const summary = await service.generateSecurityAuditReport(people(60)).summary;
  assert.deepEqual([summary.failed, summary.stopped], [60, undefined]);
});

test("failures that end with the list do not stop it", async () => {
  tenant.fault("delete_sessions_for_user", REFUSAL, Number.POSITIVE_INFINITY);
  const results = await service.bulkRevokeUserSessions(people(20));
  assert.ok(results.every(({ code }) => code === "ERR_INSUFFICIENT_SCOPE"));
});

test("stopOnError stops at the first failure", async () => {
  const list = endless();
  const options = { stopOnError: true, concurrency: 1 };
  const yielded = [];
  const error = await rejection(
    (async () => {
      for await (const result of service.generateSecurityAuditReport(list.users, options)) {
        yielded.push(result);
      }
    })(),
  );
  assert.equal(error.code, "ERR_FLEET_STOPPED");
  assert.equal(error.summary.stopped.reason, "error");
  assert.equal(yielded.length, 1);
});

test("a loop that is left begins no further user", async () => {
  const list = endless();
  const run = service.generateSecurityAuditReport(list.users, { concurrency: 2 });
  for await (const { index } of run) {
    assert.ok(index < 4);
    break;
  }
  const summary = await run.summary;
  assert.equal(summary.stopped.reason, "cancelled");
  assert.equal(list.isClosed, true);
  const { length } = tenant.requests;
  await new Promise(setImmediate);
  assert.equal(tenant.requests.length, length);
});

test("a consumer that stands still stops the reading of the list", async () => {
  const list = endless();
  const run = service.generateSecurityAuditReport(list.users, { concurrency: 3 });
  const iteration = run[Symbol.asyncIterator]();
  await iteration.next();
  while (run.progress.done < 6) await new Promise(setImmediate);
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
  assert.ok(list.read <= 8, `${list.read} users were read`);
  await iteration.return();
});

for (const how of ["signal", "cancel"]) {
  test(`${how} finishes what has begun and rejects with the reason`, async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const options = {
      concurrency: 2,
      redirectUrl: REDIRECT,
      minRiskLevel: "low",
      signal: controller.signal,
    };
    // The first change of Ada is under way when the run is cancelled.
    tenant.fault("delete_sessions_for_user", { delay: 200 });
    const run = service.emergencySecurityResponse([ada, ...people(50)], options);
    const rejected = rejection(run);
    while (writes(tenant).length === 0) await new Promise(setImmediate);
    if (how === "signal") controller.abort(reason);
    else run.cancel(reason);
    assert.equal(await rejected, reason);
    const [result] = reason.results.filter(({ userId }) => userId === ada);
    assert.equal(result.action, "sessions_revoked_password_reset_sent");
    const summary = await run.summary;
    assert.deepEqual(summary.stopped, { reason: "cancelled" });
    assert.ok(summary.notStarted > 0);
    assert.equal(writes(tenant).length, 3);
  });
}

test("a signal that has fired already prevents everything", async () => {
  const signal = AbortSignal.abort(new Error("too late"));
  const error = await rejection(service.bulkRevokeUserSessions([ada, grace], { signal }));
  assert.equal(error.message, "too late");
  assert.deepEqual(writes(tenant), []);
});

test("a list that throws ends the run with its error, and what has begun is finished", async () => {
  const broken = new Error("the file ended in the middle of a line");
  async function* users() {
    yield ada;
    throw broken;
  }
  const error = await rejection(service.bulkRevokeUserSessions(users()));
  assert.equal(error, broken);
});

for (const name of ["skip", "onProgress"]) {
  test(`an error of ${name} ends the run`, async () => {
    const broken = new Error("broken");
    const options = {
      [name]: () => {
        throw broken;
      },
    };
    const list = endless();
    assert.equal(await rejection(service.generateSecurityAuditReport(list.users, options)), broken);
    assert.equal(list.isClosed, true);
  });
}

test("no error shows a link of a ticket", async () => {
  const list = [ada, "auth0|nobody"];
  const options = { stopOnError: true, concurrency: 1, minRiskLevel: "low", redirectUrl: REDIRECT };
  const error = await rejection(service.emergencySecurityResponse(list, options));
  assert.match(error.results[0].passwordResetUrl, /ticket=/);
  for (const shown of [inspect(error), JSON.stringify(error), error.stack]) {
    assert.doesNotMatch(shown, /ticket=/);
  }
});

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
  assert.equal(run.results.length, 20);
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
  assert.ok(list.read <= 5, `${list.read} users were read`);
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
    const [result] = run.results.filter(({ userId }) => userId === ada);
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
  const list = [ada, "auth0|nobody", grace];
  const options = { stopOnError: true, concurrency: 1, minRiskLevel: "low", redirectUrl: REDIRECT };
  const run = service.emergencySecurityResponse(list, options);
  const error = await rejection(run);
  assert.match(run.results[0].passwordResetUrl, /ticket=/);
  for (const shown of [inspect(error), JSON.stringify(error), error.stack]) {
    assert.doesNotMatch(shown, /ticket=/);
  }
});

test("an item that throws when it is read fails alone, from any kind of list", async () => {
  const thrower = {
    get email() {
      throw new Error("a getter");
    },
  };
  async function* slowly() {
    yield ada;
    yield thrower;
  }
  for (const list of [[ada, thrower], slowly()]) {
    const results = await service.generateSecurityAuditReport(list);
    assert.deepEqual(
      results.userDetails.map(({ code }) => code),
      [undefined, "ERR_INVALID_ARG_TYPE"],
    );
    assert.match(results.userDetails[1].error, /^users\[1\] could not be read/);
  }
});

test("two runs that one signal ends keep their own results", async () => {
  const controller = new AbortController();
  const reason = Object.freeze(new Error("enough"));
  const { signal } = controller;
  const runs = [ada, grace].map((user) => {
    const { users } = endless();
    const list = (function* () {
      yield user;
      yield* users;
    })();
    return service.generateSecurityAuditReport(list, { signal, concurrency: 1 });
  });
  const rejected = runs.map((run) => rejection(run));
  while (runs.some(({ results }) => results.length === 0)) await new Promise(setImmediate);
  controller.abort(reason);
  assert.deepEqual(await Promise.all(rejected), [reason, reason]);
  assert.deepEqual(
    runs.map(({ results }) => results[0].userId),
    [ada, grace],
  );
});

test("an error of onProgress counts also at the end, and as a promise", async () => {
  const broken = new Error("broken");
  const options = {
    onProgress: async () => {
      throw broken;
    },
  };
  assert.equal(await rejection(service.generateSecurityAuditReport([ada, grace], options)), broken);
});

test("a run that is cancelled when all is done is complete", async () => {
  const run = service.generateSecurityAuditReport([ada]);
  const iteration = run[Symbol.asyncIterator]();
  await iteration.next();
  await run.summary;
  run.cancel();
  assert.deepEqual(await iteration.next(), { done: true, value: undefined });
});

test("an iteration can be ended while it waits for a slow list", async () => {
  async function* never() {
    yield ada;
    await new Promise(() => {});
  }
  const iteration = service.generateSecurityAuditReport(never())[Symbol.asyncIterator]();
  await iteration.next();
  const waiting = iteration.next();
  await iteration.return();
  assert.equal((await rejection(waiting)).name, "AbortError");
});

test("what was read of a list that throws counts as not started", async () => {
  function* users() {
    yield* people(10);
    throw new Error("broken");
  }
  const run = service.generateSecurityAuditReport(users(), { concurrency: 50 });
  const { done, notStarted } = await run.summary;
  assert.equal(done + notStarted, 10);
});

test("an iterator without a result is refused", async () => {
  const list = { [Symbol.iterator]: () => ({ next: () => undefined }) };
  assert.match(
    (await rejection(service.bulkRevokeUserSessions(list))).message,
    /^users must be an/,
  );
});

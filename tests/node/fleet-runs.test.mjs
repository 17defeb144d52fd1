// Runs for many users: results, progress, and the three ways to use a run.

import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { beforeEach, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { auditTrail } from "../../test-support/audit.mjs";
import { rejection, serviceFor, sharedTenant, writes } from "../../test-support/service.mjs";

const { ada, grace, linus } = PEOPLE;
const LIST = [
  "ada@example.com",
  grace,
  "nobody@example.com",
  { sub: linus },
  { email: "ada@example.com" },
];

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant);
});

const briefly = ({ index, status, skipped, code }) => [index, skipped ?? code ?? status];
const BRIEFLY = [
  [0, "success"],
  [1, "success"],
  [2, "ERR_USER_NOT_FOUND"],
  [3, "success"],
  [4, "duplicate"],
];

test("an awaited run has a result for every item of the list, in its order", async () => {
  const results = await service.bulkRevokeUserSessions(LIST);
  assert.deepEqual(results.map(briefly), BRIEFLY);
  const [first, , unknown, , duplicate] = results;
  assert.equal(first.user, LIST[0]);
  assert.deepEqual([first.userId, first.userEmail], [ada, "ada@example.com"]);
  assert.equal(new Date(first.timestamp).toISOString(), first.timestamp);
  assert.equal(unknown.error, "No user has this email.");
  assert.match(unknown.correlationId, /^[0-9a-f]{32}$/);
  assert.equal(duplicate.status, "skipped");
  assert.equal(results[3].user, LIST[3]);
  for (const user of [ada, grace, linus]) assert.deepEqual(tenant.sessions(user), []);
});

test("an iteration yields every result once, from any kind of list", async () => {
  const lists = {
    array: () => LIST,
    set: () => new Set(LIST),
    generator: function* () {
      yield* LIST;
    },
    "asynchronous generator": async function* () {
      yield* LIST;
    },
  };
  for (const [kind, list] of Object.entries(lists)) {
    const results = [];
    for await (const result of service.bulkRevokeUserSessions(list())) results.push(result);
    results.sort((one, other) => one.index - other.index);
    assert.deepEqual(results.map(briefly), BRIEFLY, kind);
  }
});

test("results can be yielded in the order of the list", async () => {
  // The first users take longer, because they are looked up.
  const list = ["grace@example.com", "ada@example.com", linus];
  const indexes = [];
  for await (const { index } of service.bulkRevokeUserSessions(list, { ordered: true })) {
    indexes.push(index);
  }
  assert.deepEqual(indexes, [0, 1, 2]);
});

test("audit events do not wait for the results that the order of the list holds back", async (t) => {
  const trail = auditTrail(t);
  const isSlow = ({ operation, params }) =>
    operation === "delete_sessions_for_user" && params.user_id === ada;
  tenant.fault(isSlow, { hang: "before" }, Number.POSITIVE_INFINITY);
  service = serviceFor(tenant, { attemptTimeoutMs: 3_000, retry: { maxAttempts: 1 } });
  const run = service.bulkRevokeUserSessions([ada, grace, linus], { ordered: true });
  const results = run.then((all) => all.map(briefly));
  const events = await trail.events(2);
  assert.deepEqual(events.map(({ target }) => target.userId).sort(), [grace, linus].sort());
  assert.deepEqual(run.results, []);
  assert.deepEqual(await results, [
    [0, "ERR_TIMEOUT"],
    [1, "success"],
    [2, "success"],
  ]);
});

test("one user by email and by id is processed once", async () => {
  const results = await service.bulkRevokeUserSessions([ada, "ada@example.com"]);
  assert.deepEqual(results.map(briefly), [
    [0, "success"],
    [1, "duplicate"],
  ]);
  assert.equal(results[1].userId, ada);
  assert.equal(writes(tenant).filter(({ url }) => url.includes("sessions")).length, 1);
});

test("an email in another spelling is looked up, and found to be the same user", async () => {
  tenant.addUser({ user_id: "github|mixed", email: "Mixed@Case.example" });
  const list = ["mixed@case.example", "Mixed@Case.example", "Mixed@Case.example"];
  const results = await service.bulkRevokeUserSessions(list);
  assert.deepEqual(results.map(briefly), [
    [0, "ERR_USER_NOT_FOUND"],
    [1, "success"],
    [2, "duplicate"],
  ]);
});

test("a connection makes a user another one only for tickets", async () => {
  const list = [ada, { id: ada, connection: "Username-Password-Authentication" }];
  const revoked = await service.bulkRevokeUserSessions(list);
  assert.deepEqual(revoked.map(briefly), [
    [0, "success"],
    [1, "duplicate"],
  ]);
  const tickets = await service.bulkGeneratePasswordChangeTickets(list);
  assert.ok(tickets.every(({ status }) => status === "success"));
});

test("the summary alone runs without results", async () => {
  const summary = await service.bulkRevokeUserSessions(LIST).summary;
  const { done, succeeded, failed, skipped, duplicates, notStarted, stopped, total } = summary;
  assert.deepEqual(
    { done, succeeded, failed, skipped, duplicates, notStarted, stopped, total },
    {
      done: 5,
      succeeded: 3,
      failed: 1,
      skipped: 1,
      duplicates: 1,
      notStarted: 0,
      stopped: undefined,
      total: 5,
    },
  );
  assert.deepEqual(tenant.sessions(ada), []);
});

test("nothing happens before a run is used", async () => {
  const run = service.bulkRevokeUserSessions(LIST);
  assert.equal(run.progress.done, 0);
  await new Promise(setImmediate);
  assert.equal(tenant.requests.length, 0);
  await run;
  assert.equal(run.progress.done, 5);
});

test("a run has its summary beside its results", async () => {
  const run = service.bulkRevokeUserSessions(LIST);
  const [summary, results] = await Promise.all([run.summary, run]);
  assert.equal(summary.done, results.length);
});

test("the results of a run can be used once", async () => {
  const run = service.bulkRevokeUserSessions([ada]);
  assert.equal(await run, await run);
  const iteration = run[Symbol.asyncIterator]();
  const error = await rejection(iteration.next());
  assert.equal(error.code, "ERR_INVALID_ARG_TYPE");
  assert.match(error.message, /used once/);
});

test("an empty list has an empty result", async () => {
  assert.deepEqual(await service.bulkRevokeUserSessions([]), []);
  const report = await service.generateSecurityAuditReport([]);
  assert.equal(report.totalUsers, 0);
  assert.equal(report.statistics.averageSessionsPerUser, 0);
  assert.equal(tenant.requests.length, 0);
});

test("an item that is not a user fails alone, and is named by its position", async () => {
  const results = await service.bulkRevokeUserSessions([5, {}, null, ada, ""]);
  assert.match(results[1].error, /^users\[1\] must have one of sub/);
  assert.deepEqual(results.map(briefly), [
    [0, "ERR_INVALID_ARG_TYPE"],
    [1, "ERR_INVALID_ARG_TYPE"],
    [2, "ERR_INVALID_ARG_TYPE"],
    [3, "success"],
    [4, "ERR_USER_NOT_FOUND"],
  ]);
  assert.match(results[0].error, /^users\[0\] must be a string or an object/);
});

test("skip leaves users out, also asynchronously", async () => {
  const skip = async (user) => user === ada;
  const results = await service.bulkRevokeUserSessions([ada, grace], { skip });
  assert.deepEqual(results.map(briefly), [
    [0, "skip"],
    [1, "success"],
  ]);
  assert.ok(tenant.sessions(ada).length > 0);
});

test("a dry run says what would be done, and changes nothing", async () => {
  const options = { dryRun: true };
  const revoked = await service.bulkRevokeUserSessions([ada], options);
  assert.deepEqual(
    [revoked[0].status, revoked[0].sessions, revoked[0].dryRun],
    ["planned", 5, true],
  );
  const [blocked] = await service.bulkBlockUsers([ada], options);
  const [ticket, without] = await service.bulkGeneratePasswordChangeTickets([ada, grace], options);
  const redirectUrl = "https://app.example.com/done";
  const all = { ...options, redirectUrl, minRiskLevel: "low" };
  const [response] = await service.emergencySecurityResponse([ada], all);
  assert.deepEqual(
    [blocked.status, ticket.status, without.status],
    ["planned", "planned", "error"],
  );
  assert.equal(response.action, "sessions_revoked_password_reset_sent");
  assert.equal(response.sessionsRevoked, undefined);
  assert.deepEqual(writes(tenant), []);
});

test("progress is reported while results come, and counts them", async () => {
  const seen = [];
  await service.bulkRevokeUserSessions(LIST, { onProgress: (progress) => seen.push(progress) });
  const last = seen.at(-1);
  assert.deepEqual([last.done, last.total, last.succeeded], [5, 5, 3]);
  assert.ok(seen.every(({ done }, index) => index === 0 || done >= seen[index - 1].done));
});

test("log lines, audit events and progress belong to the context in which the run began", async (t) => {
  const context = new AsyncLocalStorage();
  const seen = [];
  const trail = auditTrail(t);
  const onProgress = () => seen.push(context.getStore());
  await context.run("mine", async () => {
    await service.bulkRevokeUserSessions([ada], { actor: "me", onProgress });
  });
  assert.deepEqual(new Set(seen), new Set(["mine"]));
  const [event] = await trail.events(1);
  assert.deepEqual(
    [event.action, event.actor, event.outcome],
    ["session.revoke_all", "me", "success"],
  );
});

for (const [users, options, message] of [
  ["ada@example.com", {}, /^users must be an array/],
  [undefined, {}, /^users must be an array/],
  [{ sub: ada }, {}, /^users must be an array/],
  [[], { concurrency: 0 }, /^options\.concurrency must be a whole number from 1 to 1000/],
  [[], { stopAfterFailures: 1.5 }, /^options\.stopAfterFailures must be a whole number/],
  [[], { skip: 5 }, /^options\.skip must be a function/],
  [[], { onProgress: true }, /^options\.onProgress must be a function/],
  [[], { signal: {} }, /^options\.signal must be an AbortSignal/],
  [[], { priority: "interactive" }, /^options\.priority must be "bulk", or left out/],
  [[], { dryrun: true }, /^options\.dryrun is not a known option/],
]) {
  test(`${JSON.stringify([users, options])} is refused before anything is sent`, async () => {
    const run = service.bulkRevokeUserSessions(users, options);
    const error = await rejection(run);
    assert.ok(error instanceof TypeError);
    assert.match(error.message, message);
    assert.equal((await rejection(run.summary)).message, error.message);
    assert.equal(tenant.requests.length, 0);
  });
}

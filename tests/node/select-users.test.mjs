// Selections of users: each once, and none left out silently.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { recordingLogger } from "../../test-support/logger.mjs";
import { rejection, serviceFor, sharedTenant } from "../../test-support/service.mjs";

const { ada, grace } = PEOPLE;
const ADDRESS = "203.0.113.77";
const DAY = 86_400_000;

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant);
});

async function all(selection) {
  const users = [];
  for await (const user of selection) users.push(user);
  return { users, ids: users.map(({ id }) => id), complete: await selection.complete };
}

/** Users who were created one millisecond after the other. */
function crowd(count, more) {
  const start = Date.parse("2026-01-01T00:00:00Z");
  return Array.from({ length: count }, (_, index) => {
    const user_id = `auth0|crowd-${index}`;
    const created_at = new Date(start + index).toISOString();
    tenant.addUser({ user_id, email: `crowd-${index}@crowd.example`, created_at, ...more });
    return user_id;
  });
}

test("a query selects the users that it finds, with what Auth0 says about them", async () => {
  const { users, complete } = await all(service.selectUsers({ query: 'email:"ada@example.com"' }));
  assert.deepEqual(
    users.map(({ id, email }) => [id, email]),
    [[ada, "ada@example.com"]],
  );
  assert.equal(complete, false, "the search is eventually consistent");
});

test("a query with more than 1,000 results is divided until all are read", async () => {
  const expected = crowd(2_345);
  const { ids } = await all(service.selectUsers({ query: 'email.domain:"crowd.example"' }));
  assert.deepEqual(ids.toSorted(), expected.toSorted());
});

test("what cannot be divided is reported, and the rest is selected nonetheless", async () => {
  const logger = recordingLogger();
  crowd(1_001, { created_at: "2026-01-01T00:00:00.000Z" });
  const later = { user_id: "auth0|later", email: "later@crowd.example" };
  tenant.addUser({ ...later, created_at: "2026-01-02T00:00:00.000Z" });
  const selection = serviceFor(tenant, {}, logger).selectUsers({ query: "email:*@crowd.example" });
  const { ids, complete } = await all(selection);
  assert.equal(ids.length, 1_001);
  assert.ok(ids.includes(later.user_id));
  assert.equal(complete, false);
  assert.match(selection.incompleteReason, /no more than 1,000 results/);
  const [line] = logger.lines.filter(({ message }) => message.includes("incomplete"));
  assert.match(line.details.reason, /no more than 1,000 results/);
});

test("everybody who appears in the log is selected once", async () => {
  tenant.addLog({ type: "s", user_id: grace, date: new Date(Date.now() - 2 * DAY).toISOString() });
  const at = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
  for (let minutes = 10; minutes < 13; minutes += 1) {
    tenant.addLog({ type: "s", user_id: ada, ip: ADDRESS, date: at(minutes) });
  }
  tenant.addLog({ type: "f", user_id: grace, ip: ADDRESS, date: at(20) });
  tenant.addLog({ type: "s", user_id: grace, ip: "198.51.100.1", date: at(20) });
  tenant.addLog({ type: "fu", ip: ADDRESS, date: at(20) });
  const span = { since: new Date(Date.now() - DAY), until: new Date(Date.now() - 5 * 60_000) };
  const found = await all(service.selectUsers({ logs: { ip: ADDRESS, ...span } }));
  assert.deepEqual(found.ids.toSorted(), [ada, grace].toSorted());
  assert.equal(found.complete, true);
  const failed = await all(service.selectUsers({ logs: { ip: ADDRESS, type: "f", ...span } }));
  assert.deepEqual(failed.ids, [grace]);
  const recent = { since: span.since.toISOString(), until: new Date() };
  const late = await all(service.selectUsers({ logs: { ip: ADDRESS, ...recent } }));
  assert.equal(late.complete, false, "events of the last minute may be missing");
});

test("more than 1,000 events are divided by time", async () => {
  const start = Date.now() - DAY;
  tenant.addLog({ type: "s", user_id: grace, date: new Date(start - DAY).toISOString() });
  for (let index = 0; index < 2_100; index += 1) {
    const date = new Date(start + index * 10).toISOString();
    tenant.addLog({ type: "s", user_id: `auth0|${index}`, ip: ADDRESS, date });
  }
  const span = { since: new Date(start - 1_000), until: new Date(Date.now() - DAY / 2) };
  const { ids, complete } = await all(service.selectUsers({ logs: { ip: ADDRESS, ...span } }));
  assert.equal(new Set(ids).size, 2_100);
  assert.equal(complete, true);
});

test("a log that does not reach back is reported", async () => {
  tenant.addLog({
    type: "s",
    user_id: ada,
    ip: ADDRESS,
    date: new Date(Date.now() - DAY).toISOString(),
  });
  const span = { since: "2001-01-01T00:00:00Z", until: new Date(Date.now() - DAY / 2) };
  const selection = service.selectUsers({ logs: { ip: ADDRESS, ...span } });
  const { ids, complete } = await all(selection);
  assert.deepEqual([ids, complete], [[ada], false]);
  assert.match(selection.incompleteReason, /no event as old as `since`/);
});

test("a selection that is left or aborted sends nothing more", async () => {
  crowd(500);
  const selection = service.selectUsers({ query: "email:*@crowd.example" });
  for await (const { id } of selection) {
    assert.ok(id);
    break;
  }
  const controller = new AbortController();
  tenant.fault("get_users", { hang: "before" });
  const query = { query: "email:*@crowd.example" };
  const aborted = rejection(all(service.selectUsers(query, { signal: controller.signal })));
  while (!tenant.requests.some(({ fault }) => fault)) await new Promise(setImmediate);
  controller.abort(new Error("enough"));
  assert.equal((await aborted).message, "enough");
});

test("an organization selects its members, page by page", async () => {
  const { id } = tenant.addOrganization({ name: "acme" });
  const expected = crowd(120);
  for (const user_id of expected) tenant.addMember(id, user_id);
  const { ids, complete } = await all(service.selectUsers({ organization: id }));
  assert.deepEqual(ids.toSorted(), expected.toSorted());
  assert.equal(complete, true);
});

test("a selection is a list of users for a run", async () => {
  const expected = crowd(60);
  const suspects = service.selectUsers({ query: "email:*@crowd.example" });
  const results = await service.bulkRevokeUserSessions(suspects);
  assert.deepEqual(results.map(({ userId }) => userId).toSorted(), expected.toSorted());
  assert.ok(results.every(({ status }) => status === "success"));
});

test("a connection selects its users, and an address those who last signed in from it", async () => {
  const github = { provider: "github", user_id: "7", connection: "github", isSocial: true };
  tenant.addUser({ user_id: "github|7", identities: [github], last_ip: ADDRESS });
  const { ids } = await all(service.selectUsers({ connection: "github" }));
  assert.ok(ids.includes("github|7") && !ids.includes(ada));
  for (const lastIp of [ADDRESS, `::ffff:${ADDRESS}`]) {
    assert.deepEqual((await all(service.selectUsers({ lastIp }))).ids, ["github|7"], lastIp);
  }
});

test("whoever leaves the iteration early has not seen everybody", async () => {
  const { id } = tenant.addOrganization({ name: "acme" });
  for (const user_id of crowd(300)) tenant.addMember(id, user_id);
  const selection = service.selectUsers({ organization: id });
  for await (const user of selection) {
    assert.ok(user.id);
    break;
  }
  assert.equal(await selection.complete, false);
  assert.match((await rejection(all(selection))).message, /once/);
});

test("an error of Auth0 ends the iteration, and is that of complete", async () => {
  const selection = service.selectUsers({ query: "email:(" });
  const error = await rejection(all(selection));
  assert.equal(error.code, "ERR_AUTH0_API");
  assert.equal(error.operation, "selectUsers");
  assert.equal(await rejection(selection.complete), error);
});

const since = "2026-01-02T00:00:00Z";
for (const [selector, message] of [
  [undefined, /^selector must be an object/],
  [{}, /exactly one of query, organization, connection, lastIp, logs, all/],
  [{ query: "a", lastIp: "b" }, /but has query, lastIp/],
  [{ quary: "a" }, /but has quary/],
  [{ query: " " }, /^selector\.query must not be empty/],
  [{ all: false }, /^selector\.all must be true/],
  [{ organization: "acme" }, /^selector\.organization must be the id/],
  // An address with a typing error would look like one that affected nobody.
  [{ lastIp: "banana" }, /^selector\.lastIp is not an IP address, such as/],
  [{ logs: { since, until: since, ip: "203.0.113" } }, /^selector\.logs\.ip is not an IP address/],
  [{ logs: { since, until: since, ip: "203.0.113.0/24" } }, /^selector\.logs\.ip .*a range/],
  [{ logs: { since, until: since, ip: ` ${ADDRESS}` } }, /^selector\.logs\.ip is not an IP/],
  // A condition without a value would select everybody in the log.
  [{ logs: { since, until: since, ip: undefined } }, /^selector\.logs\.ip has no value/],
  [{ logs: { since, until: since, type: "f", userAgent: null } }, /\.userAgent has no value/],
  [{ logs: { ip: ADDRESS } }, /^selector\.logs\.since must be a Date/],
  [{ logs: { since, until: "2026-01-01T00:00:00Z" } }, /until must not be before/],
  [{ logs: { since, until: since, address: ADDRESS } }, /selector\.logs\.address is not a known/],
]) {
  test(`${JSON.stringify(selector)} is refused before anything is sent`, async () => {
    const error = await rejection(all(service.selectUsers(selector)));
    assert.ok(error instanceof TypeError, String(error));
    assert.match(error.message, message);
    assert.equal(tenant.requests.length, 0);
  });
}

test("a selection leaves the rate limit to calls that somebody waits for", async () => {
  const error = await rejection(
    all(service.selectUsers({ all: true }, { priority: "interactive" })),
  );
  assert.match(error.message, /^options\.priority must be "bulk", or left out/);
  assert.equal(tenant.requests.length, 0);
});

test("complete can be read before the iteration, however much later that begins", async () => {
  const selection = service.selectUsers({ query: 'email:"ada@example.com"' });
  const { complete } = selection;
  await service.findUserSessions(ada);
  await all(selection);
  assert.equal(await complete, false);
});

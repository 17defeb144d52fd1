// Everybody, from a users export of Auth0: a file on another host, complete or an error.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { beforeEach, test } from "node:test";
import { gzipSync } from "node:zlib";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { rejection, serviceFor, sharedTenant } from "../../test-support/service.mjs";
import { listening } from "../../test-support/tcp-server.mjs";

const JOB = "get_jobs_by_id";
const FILE = "download_users_export";
const FOREVER = Number.POSITIVE_INFINITY;

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant);
});

async function everybody(options) {
  const selection = service.selectUsers({ all: true }, options);
  const users = [];
  for await (const user of selection) users.push(user);
  return { users, complete: await selection.complete };
}

const failed = () => rejection(everybody());
const requests = (operation) => tenant.requests.filter((each) => each.operation === operation);

/** The export is complete, and its file is what this server sends. */
async function replaceFile(t, contents) {
  const server = createServer((_request, response) => response.end(contents));
  const location = `http://${await listening(t, server)}/users.json.gz`;
  tenant.fault(JOB, { change: (job) => ({ ...job, status: "completed", location }) }, FOREVER);
}

test("everybody is selected from one file, and the selection is complete", async () => {
  const ids = Array.from({ length: 1_500 }, (_, index) => `auth0|crowd-${index}`);
  for (const user_id of ids) tenant.addUser({ user_id, email: `${user_id}@crowd.example` });
  const { users, complete } = await everybody();
  const expected = [...Object.values(PEOPLE), ...ids];
  assert.deepEqual(users.map(({ id }) => id).sort(), expected.sort());
  assert.equal(complete, true);
  const { email } = users.find(({ id }) => id === "auth0|crowd-7");
  assert.equal(email, "auth0|crowd-7@crowd.example");
  assert.deepEqual([requests(FILE).length, requests("get_users").length], [1, 0]);
});

test("the host of files gets no access token", async () => {
  await everybody();
  const [{ headers }] = requests(FILE);
  assert.equal(headers.authorization, undefined);
  assert.doesNotMatch(JSON.stringify(headers), /bearer/i);
});

test("a run can have everybody as its users", async () => {
  const results = await service.bulkRevokeUserSessions(service.selectUsers({ all: true }));
  assert.equal(results.length, Object.keys(PEOPLE).length);
});

for (const [fault, what] of [
  [{ status: 403, body: "<Error>Request has expired</Error>" }, "an expired link"],
  [{ truncate: true }, "a download that breaks off"],
  [{ status: 503 }, "a host that is overloaded"],
  [{ reset: "before" }, "a lost connection"],
]) {
  test(`after ${what}, the file is downloaded with a new link`, async () => {
    tenant.fault(FILE, fault, 2);
    assert.equal((await everybody()).users.length, Object.keys(PEOPLE).length);
    const links = new Set(requests(FILE).map(({ query }) => query.Signature));
    assert.equal(links.size, 3);
    tenant.fault(FILE, fault, FOREVER);
    const error = await failed();
    assert.equal(error.operation, "selectUsers");
    assert.match(error.message, /^GET users export: Auth0 .* \(3 attempts\)\./);
    assert.doesNotMatch(JSON.stringify([error, error.message]), /Signature|127\.0\.0\.1/);
  });
}

test("no redirect is followed", async () => {
  const location = `${tenant.origin}/elsewhere`;
  tenant.fault(FILE, { status: 302, headers: { location }, body: "" }, FOREVER);
  assert.equal((await failed()).code, "ERR_AUTH0_API");
  assert.ok(tenant.requests.every(({ path }) => path !== "/elsewhere"));
});

for (const location of [
  "http://files.example.com/users.json.gz",
  "https://user:password@files.example.com/users.json.gz",
  "https://10.0.0.1/users.json.gz",
  "file:///etc/passwd",
  "nonsense",
]) {
  test(`nothing is downloaded from ${location}`, async () => {
    tenant.fault(JOB, { change: (job) => ({ ...job, status: "completed", location }) }, FOREVER);
    const error = await failed();
    assert.equal(error.code, "ERR_AUTH0_API");
    assert.match(
      error.message,
      /is not an https:\/\/ URL of another host, so nothing was downloaded\.$/,
    );
    assert.equal(requests(FILE).length, 0);
  });
}

const line = (user) => `${JSON.stringify(user)}\n`;
for (const [file, what, message] of [
  ["not compressed", "is not compressed", /is not a valid gzip file/],
  [gzipSync(line({ email: "a@example.com" })), "has a user without an id", /line 1/],
  [gzipSync(`${line({ user_id: "auth0|1" })}{"user_id":`), "breaks off in a line", /line 2/],
  [gzipSync(" ".repeat(1_000_000)), "has an endless line", /is too long in line 1/],
]) {
  test(`a file that ${what} is an error, not a shorter list`, async (t) => {
    await replaceFile(t, file);
    const error = await failed();
    assert.equal(error.code, "ERR_AUTH0_API");
    assert.match(error.message, message);
  });
}

test("a job that Auth0 does not complete is an error", async () => {
  tenant.fault(JOB, { change: (job) => ({ ...job, status: "failed" }) }, FOREVER);
  assert.match((await failed()).message, /did not complete the users export/);
});

test("an abort ends the wait for a job", async () => {
  tenant.fault(JOB, { change: (job) => ({ ...job, status: "processing" }) }, FOREVER);
  const controller = new AbortController();
  const ended = rejection(everybody({ signal: controller.signal }));
  while (requests(JOB).length < 2) await service.findUserSessions(PEOPLE.ada);
  controller.abort();
  assert.equal((await ended).name, "AbortError");
});

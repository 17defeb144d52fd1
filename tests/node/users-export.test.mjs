// Everybody, from a users export of Auth0: a file on another host, complete or an error.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { beforeEach, test } from "node:test";
import { gzipSync } from "node:zlib";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { configOf, runProgram } from "../../test-support/child.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
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
  completeWith(`http://${await listening(t, server)}/users.json.gz`);
}

const completeWith = (location) =>
  tenant.fault(JOB, { change: (job) => ({ ...job, status: "completed", location }) }, FOREVER);

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
    completeWith(location);
    const error = await failed();
    assert.equal(error.code, "ERR_AUTH0_API");
    assert.match(
      error.message,
      /is not an https:\/\/ URL with the name of a host, so nothing was downloaded\.$/,
    );
    assert.equal(requests(FILE).length, 0);
  });
}

test("a line that cannot be read is left out, and the selection is incomplete", async (t) => {
  await replaceFile(
    t,
    gzipSync('{"user_id":"auth0|1"}\n{"email":"a@b.c"}\n{"user_id":"auth0|2"}\n'),
  );
  const { users, complete } = await everybody();
  assert.deepEqual(users, [{ id: "auth0|1" }, { id: "auth0|2" }]);
  assert.equal(complete, false);
});

for (const [file, what, message] of [
  ["not compressed", "is not compressed", /is not a valid gzip file/],
  [gzipSync(" ".repeat(1_000_000)), "has an endless line", /has a line that is too long/],
  [gzipSync('{"user_id":"auth0|1"}').subarray(0, -5), "is cut off", /ends too early/],
]) {
  test(`a file that ${what} is an error, not a shorter list`, async (t) => {
    await replaceFile(t, file);
    const error = await failed();
    assert.equal(error.code, "ERR_AUTH0_API");
    assert.match(error.message, message);
  });
}

test("a file whose end is that of the connection is refused, because it may be cut off", async (t) => {
  const server = createTcpServer((socket) => {
    const head = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
    socket.once("data", () => socket.end(Buffer.concat([Buffer.from(head), gzipSync("")])));
  });
  completeWith(`http://${await listening(t, server)}/users.json.gz`);
  assert.match((await failed()).message, /without saying where it ends/);
});

test("a directory for temporary files that cannot be used is named", async () => {
  const source = `
    import { Auth0UserSecurityService } from "@archie/auth0-user-security";
    const service = new Auth0UserSecurityService(input);
    const users = service.selectUsers({ all: true })[Symbol.asyncIterator]();
    console.log(await users.next().catch(({ code, field }) => code + " " + field));
  `;
  const env = { TMPDIR: "/nonexistent", TMP: "/nonexistent", TEMP: "/nonexistent" };
  const { stdout, stderr } = await runProgram(source, configOf(tenant), env);
  assert.equal(stdout, "ERR_CONFIGURATION TMPDIR\n", stderr);
});

test("a job that Auth0 does not complete is an error", async () => {
  tenant.fault(JOB, { change: (job) => ({ ...job, status: "failed" }) }, FOREVER);
  assert.match((await failed()).message, /did not provide the file/);
});

const NEVER_COMPLETE = { change: (job) => ({ ...job, status: "processing", location: undefined }) };
for (const [how, use] of [
  [
    "an abort",
    "for await (const _ of service.selectUsers({ all: true }, { signal: AbortSignal.timeout(500) }));",
  ],
  [
    "cancelling a run",
    `
    const run = service.bulkRevokeUserSessions(service.selectUsers({ all: true }));
    run.catch(() => {});
    setTimeout(() => run.cancel(), 500);
    await run;
  `,
  ],
]) {
  test(`${how} ends the wait for a users export, so the process can end`, async () => {
    tenant.fault(JOB, NEVER_COMPLETE, FOREVER);
    const source = `
      import { Auth0UserSecurityService } from "@archie/auth0-user-security";
      const service = new Auth0UserSecurityService(input);
      try { ${use} } catch (error) { console.log(error.name); }
    `;
    const { code, stdout, stderr } = await runProgram(source, configOf(tenant));
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^(TimeoutError|AbortError)\n$/);
  });
}

test("an abort ends a download", async () => {
  tenant.fault(FILE, { hang: "body" }, FOREVER);
  const controller = new AbortController();
  const ended = rejection(everybody({ signal: controller.signal }));
  while (requests(FILE).length === 0) await service.findUserSessions(PEOPLE.ada);
  controller.abort();
  assert.equal((await ended).name, "AbortError");
});

test("the download is among the debug lines, without its link", async () => {
  const logger = recordingLogger();
  service = serviceFor(tenant, { logLevel: "debug" }, logger);
  tenant.fault(FILE, { status: 503 });
  await everybody();
  const lines = logger.lines.filter(({ message }) => message.includes("users export"));
  assert.deepEqual(
    lines.map(({ message, details: { attempt, status } }) => [message.slice(21), attempt, status]),
    [
      ["GET users export got no response", 1, undefined],
      ["GET users export got a response", 2, 200],
    ],
  );
  assert.ok(!JSON.stringify(lines).includes(new URL(tenant.exportsUrl).host));
});

// The addon does not disturb how a process or its worker threads end.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { configOf, runProgram } from "../../test-support/child.mjs";
import { directoryOf, install } from "../../test-support/installed.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { sharedTenant } from "../../test-support/service.mjs";

const SERVICE = `
  import { Auth0UserSecurityService } from "@archie/auth0-user-security";
  const service = new Auth0UserSecurityService(input.config);
`;

const tenant = await sharedTenant();

/** Asserts that a program ended as intended, without a crash. */
function assertEnded({ code, signal, stderr }, expectedCode = 0) {
  assert.deepEqual({ code, signal, stderr }, { code: expectedCode, signal: null, stderr: "" });
}

test("a program that never closes its service ends by itself", async () => {
  const source = `${SERVICE}
    console.log((await service.findUserSessions(input.user)).length);
  `;
  const ended = await runProgram(source, { config: configOf(tenant), user: PEOPLE.ada });
  assertEnded(ended);
  assert.equal(ended.stdout, "5\n");
});

for (const variable of ["HTTP_PROXY", "http_proxy", "ALL_PROXY"]) {
  test(`a tenant on loopback is reached directly, regardless of ${variable}`, async () => {
    const source = `${SERVICE}
      console.log((await service.findUserSessions(input.user)).length);
    `;
    const input = { config: configOf(tenant), user: PEOPLE.ada };
    const ended = await runProgram(source, input, { [variable]: "http://127.0.0.1:1" });
    assertEnded(ended);
    assert.equal(ended.stdout, "5\n");
  });
}

test("a program whose every call fails ends by itself", async (t) => {
  const server = await scriptedServer(t, { api: { status: 400 } });
  const source = `${SERVICE}
    const calls = Array.from({ length: 50 }, () => service.findUserSessions("auth0|a"));
    console.log((await Promise.allSettled(calls)).every(({ status }) => status === "rejected"));
  `;
  const ended = await runProgram(source, { config: configOf(server) });
  assertEnded(ended);
  assert.equal(ended.stdout, "true\n");
});

test("a program that only creates services ends by itself", async () => {
  const source = `${SERVICE}
    for (let i = 0; i < 1000; i += 1) new Auth0UserSecurityService(input.config);
  `;
  assertEnded(await runProgram(source, { config: configOf(tenant) }));
});

test("a program that aborts its calls ends by itself", async (t) => {
  const server = await scriptedServer(t, { api: "hang" });
  const source = `${SERVICE}
    const calls = Array.from({ length: 50 }, () =>
      service.findUserSessions("auth0|a", { signal: AbortSignal.timeout(100) }));
    console.log(new Set((await Promise.allSettled(calls)).map(({ reason }) => reason.name)));
  `;
  const ended = await runProgram(source, { config: configOf(server) });
  assertEnded(ended);
  assert.match(ended.stdout, /TimeoutError/);
});

test("process.exit with calls in flight is a clean exit", async (t) => {
  const server = await scriptedServer(t, { api: "hang" });
  const source = `${SERVICE}
    for (let i = 0; i < 100; i += 1) service.findUserSessions("auth0|a");
    setTimeout(() => process.exit(7), 50);
  `;
  assertEnded(await runProgram(source, { config: configOf(server) }), 7);
});

test("process.exit right after the first call is a clean exit", async () => {
  const source = `${SERVICE}
    service.findUserSessions("auth0|a");
    process.exit(7);
  `;
  for (let i = 0; i < 5; i += 1) {
    assertEnded(await runProgram(source, { config: configOf(tenant) }), 7);
  }
});

test("an uncaught rejection ends the program with the error's message", async () => {
  const source = `${SERVICE}
    service.findUserSessions("auth0|nobody");
  `;
  const { code, stderr } = await runProgram(source, { config: configOf(tenant) });
  assert.equal(code, 1);
  assert.match(stderr, /UserNotFoundError \[ERR_USER_NOT_FOUND\]: No user has this id/);
});

const WORKER = `
  const { workerData, parentPort } = require("node:worker_threads");
  const { Auth0UserSecurityService } = require("@archie/auth0-user-security");
  const service = new Auth0UserSecurityService(workerData.config);
  for (let i = 0; i < 50; i += 1) service.findUserSessions(workerData.user).then(
    () => parentPort.postMessage("done"), () => {});
`;
const WORKERS = `
  import { once } from "node:events";
  import { Worker } from "node:worker_threads";
  const options = { eval: true, execArgv: [], workerData: input };
  const start = () => new Worker(input.worker, options);
`;

test("worker threads may be started and terminated many times with calls in flight", async () => {
  const source = `${WORKERS}
    for (let i = 0; i < 30; i += 1) {
      const worker = start();
      await once(worker, "message");
      await worker.terminate();
    }
  `;
  const input = { worker: WORKER, config: configOf(tenant), user: PEOPLE.ada };
  assertEnded(await runProgram(source, input));
});

test("worker threads may be terminated while they load", async () => {
  const source = `${WORKERS}
    for (let i = 0; i < 30; i += 1) {
      const worker = start();
      await once(worker, "online");
      await worker.terminate();
    }
  `;
  const input = { worker: WORKER, config: configOf(tenant), user: PEOPLE.ada };
  assertEnded(await runProgram(source, input));
});

test("worker threads and the main thread work at the same time and end by themselves", async () => {
  const source = `${SERVICE}${WORKERS}
    const workers = Array.from({ length: 4 }, start);
    const own = Array.from({ length: 50 }, () => service.findUserSessions(input.user));
    await Promise.all([...own, ...workers.map((worker) => once(worker, "exit"))]);
    console.log((await service.findUserSessions(input.user)).length);
  `;
  const input = { worker: WORKER, config: configOf(tenant), user: PEOPLE.ada };
  const ended = await runProgram(source, input);
  assertEnded(ended);
  assert.equal(ended.stdout, "5\n");
});

test("two copies of the package work side by side and recognize each other's errors", async (t) => {
  const source = `
    import { createRequire } from "node:module";
    const require = createRequire(import.meta.url);
    const one = require("@archie/auth0-user-security");
    const other = require(input.copy);
    const failure = ({ Auth0UserSecurityService }) =>
      new Auth0UserSecurityService(input.config).findUserSessions("auth0|nobody").catch((e) => e);
    const errors = await Promise.all([failure(one), failure(other)]);
    console.log(JSON.stringify([one, other].map(({ UserNotFoundError, NetworkError }) => errors.map(
      (error) => [error instanceof UserNotFoundError, UserNotFoundError.isInstance(error),
        NetworkError.isInstance(error)]))));
  `;
  const input = { copy: install(directoryOf(t)), config: configOf(tenant) };
  const ended = await runProgram(source, input);
  assertEnded(ended);
  const own = [true, true, false];
  const foreign = [false, true, false];
  assert.deepEqual(JSON.parse(ended.stdout), [
    [own, foreign],
    [foreign, own],
  ]);
});

test("the package still works when it is loaded again after the module cache was cleared", async () => {
  const source = `
    import { createRequire } from "node:module";
    const require = createRequire(import.meta.url);
    const find = () => new (require("@archie/auth0-user-security").Auth0UserSecurityService)(
      input.config).findUserSessions(input.user);
    await find();
    for (const path of Object.keys(require.cache)) delete require.cache[path];
    console.log((await find()).length);
  `;
  const ended = await runProgram(source, { config: configOf(tenant), user: PEOPLE.ada });
  assertEnded(ended);
  assert.equal(ended.stdout, "5\n");
});

// Results that are ready at the same time all reach JavaScript, a few in each turn of the event loop.

import assert from "node:assert/strict";
import { test } from "node:test";
import { configOf, runProgram } from "../../test-support/child.mjs";
import { held, scriptedServer } from "../../test-support/scripted-server.mjs";
import { serviceFor } from "../../test-support/service.mjs";

const SESSIONS = Array.from({ length: 20 }, (_, n) => ({ id: `s${n}` }));

/** How many of the promises were settled in each turn of the event loop. */
async function settledPerTurn(promises) {
  const turns = [0];
  let isOver = false;
  const next = () => {
    turns.push(0);
    if (!isOver) setImmediate(next);
  };
  setImmediate(next);
  const count = () => {
    turns[turns.length - 1] += 1;
  };
  await Promise.all(promises.map((promise) => promise.then(count, count)));
  isOver = true;
  return turns.filter((settled) => settled > 0);
}

/** Keeps the event loop busy, so that everything that becomes ready meanwhile is delivered at once. */
function keepBusy(millis) {
  const until = performance.now() + millis;
  while (performance.now() < until);
}

test("hundreds of lists that are ready at the same time arrive in many turns", async (t) => {
  const all = held();
  let asked = 0;
  const server = await scriptedServer(t, {
    async api() {
      asked += 1;
      await all.promise;
      return { sessions: SESSIONS };
    },
  });
  const service = serviceFor(server, { maxConnections: 400 });
  const calls = Array.from({ length: 300 }, () => service.findUserSessions("auth0|a"));
  const settled = settledPerTurn(calls);
  while (asked < 2) await new Promise((resolve) => setImmediate(resolve));
  all.release();
  while (asked < 300) await new Promise((resolve) => setImmediate(resolve));
  setImmediate(() => keepBusy(300));
  const perTurn = await settled;
  assert.equal(
    perTurn.reduce((sum, count) => sum + count),
    300,
  );
  assert.ok(Math.max(...perTurn) <= 8, `${Math.max(...perTurn)} in one turn`);
});

test("worker threads and the main thread each get their results in their own turns", async (t) => {
  const server = await scriptedServer(t, { api: { sessions: SESSIONS } });
  const source = `
    import { once } from "node:events";
    import { Worker, isMainThread } from "node:worker_threads";
    import { Auth0UserSecurityService } from "@archie/auth0-user-security";
    const find = \`
      const { workerData } = require("node:worker_threads");
      const { Auth0UserSecurityService } = require("@archie/auth0-user-security");
      const service = new Auth0UserSecurityService(workerData);
      Promise.all(Array.from({ length: 200 }, () => service.findUserSessions("auth0|a")));
    \`;
    const workers = [1, 2].map(() => new Worker(find, { eval: true, execArgv: [], workerData: input.config }));
    const ended = Promise.all(workers.map((worker) => once(worker, "exit")));
    const service = new Auth0UserSecurityService(input.config);
    const own = await Promise.all(Array.from({ length: 200 }, () => service.findUserSessions("auth0|a")));
    await ended;
    const after = await service.findUserSessions("auth0|a");
    console.log(own.length, own.every((list) => list.length === 20), after.length);
  `;
  const ended = await runProgram(source, { config: configOf(server) });
  assert.deepEqual([ended.code, ended.signal, ended.stderr], [0, null, ""]);
  assert.equal(ended.stdout, "200 true 20\n");
});

test("results arrive although the program has replaced its timers", async (t) => {
  const server = await scriptedServer(t, { api: { sessions: SESSIONS } });
  const source = `
    import timers from "node:timers";
    for (const name of ["setImmediate", "setTimeout", "queueMicrotask"]) {
      globalThis[name] = timers[name] = () => {};
    }
    process.nextTick = () => {};
    const { Auth0UserSecurityService } = await import("@archie/auth0-user-security");
    const service = new Auth0UserSecurityService(input.config);
    const lists = await Promise.all(Array.from({ length: 200 }, () => service.findUserSessions("auth0|a")));
    process.stdout.write(lists.length + "\\n");
  `;
  const ended = await runProgram(source, { config: configOf(server) });
  assert.deepEqual([ended.code, ended.stderr, ended.stdout], [0, "", "200\n"]);
});

test("results that nobody keeps are gone with the next collection of young objects", async (t) => {
  const server = await scriptedServer(t, {
    api() {
      server.requests.length = 0;
      return { sessions: SESSIONS };
    },
  });
  const source = `
    import v8 from "node:v8";
    import vm from "node:vm";
    import { Auth0UserSecurityService } from "@archie/auth0-user-security";
    v8.setFlagsFromString("--expose-gc");
    const collect = vm.runInNewContext("gc");
    const service = new Auth0UserSecurityService(input.config);
    const call = async () => {
      await service.findUserSessions("auth0|a");
    };
    const rounds = async (count) => {
      for (let round = 0; round < count; round += 1) {
        await Promise.all(Array.from({ length: 10 }, call));
        collect({ type: "minor" });
      }
    };
    const old = () => v8.getHeapSpaceStatistics().find((space) => space.space_name === "old_space");
    await rounds(40);
    collect();
    const before = old().space_used_size;
    await rounds(60);
    console.log(old().space_used_size - before);
  `;
  const ended = await runProgram(source, { config: configOf(server) });
  assert.deepEqual([ended.code, ended.stderr], [0, ""]);
  // 600 lists of 20 sessions are 6 MB.
  assert.ok(Number(ended.stdout) < 500_000, `${ended.stdout} bytes of results were kept`);
});

// In every runtime, the addon does not disturb how a process or its threads end.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { configOf } from "../../test-support/child.mjs";
import { directoryOf, install } from "../../test-support/installed.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { sharedTenant } from "../../test-support/service.mjs";
import { NODES, projectIn, RUNTIMES, runIn, tried } from "./runtimes.mjs";

const tenant = await sharedTenant();

/** Asserts that a program ended as intended, without a crash; returns what it printed. */
function assertEnded({ code, signal, stderr, stdout }, expectedCode = 0) {
  assert.deepEqual({ code, signal, stderr }, { code: expectedCode, signal: null, stderr: "" });
  return stdout && JSON.parse(stdout);
}

for (const runtime of RUNTIMES) {
  for (const delay of [undefined, 50]) {
    const when = delay ? "during calls" : "right after the calls";
    test(`${runtime.name}: process.exit ${when} is a clean exit`, tried, async (t) => {
      const input = { config: configOf(await scriptedServer(t, { api: "hang" })), delay };
      assertEnded(await runIn(runtime, projectIn(directoryOf(t)), "exit.mjs", input), 7);
    });
  }

  test(`${runtime.name}: threads may be ended with calls in flight, or end`, tried, async (t) => {
    const input = { config: configOf(tenant), ada: PEOPLE.ada };
    const ended = await runIn(runtime, projectIn(directoryOf(t)), "workers.mjs", input);
    assert.deepEqual(assertEnded(ended), [[0], [0]]);
  });

  test(`${runtime.name}: two copies recognize each other's errors`, tried, async (t) => {
    const project = projectIn(directoryOf(t));
    const other = install(directoryOf(t));
    const ended = await runIn(runtime, project, "copies.cjs", { config: configOf(tenant), other });
    const own = [true, true, false];
    const foreign = [false, true, false];
    assert.deepEqual(assertEnded(ended), [
      [own, foreign],
      [foreign, own],
    ]);
  });
}

for (const runtime of NODES) {
  test(`${runtime.name}: the processes of a cluster each work and end`, tried, async (t) => {
    const input = { config: configOf(tenant), ada: PEOPLE.ada, processes: 3 };
    const ended = await runIn(runtime, projectIn(directoryOf(t)), "cluster.mjs", input);
    assert.deepEqual(assertEnded(ended), { listed: [5, 5, 5], exits: [0, 0, 0] });
  });

  test(`${runtime.name}: code in another context can use the package`, tried, async (t) => {
    const input = { config: configOf(tenant), ada: PEOPLE.ada };
    const ended = await runIn(runtime, projectIn(directoryOf(t)), "context.cjs", input);
    assert.deepEqual(assertEnded(ended), [5, true, "UserNotFoundError"]);
  });
}

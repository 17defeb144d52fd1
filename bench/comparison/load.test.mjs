// Both kinds of load make the calls that they promise.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { measureLoad, warmUp } from "./load.mjs";
import { measureOpenLoop } from "./open-loop.mjs";

test("a closed loop keeps its concurrency, and counts failures apart", async () => {
  let [running, most, made] = [0, 0, 0];
  const call = async () => {
    running += 1;
    most = Math.max(most, running);
    made += 1;
    const fails = made % 2 === 0;
    await setImmediate();
    running -= 1;
    if (fails) throw new Error("fails");
  };
  const { calls, failed, perSecond, p50 } = await measureLoad(call, {
    concurrency: 5,
    milliseconds: 50,
  });
  assert.equal(most, 5);
  assert.equal(calls + failed, made);
  assert.ok(calls > 0 && failed > 0 && perSecond > 0 && p50 > 0);
});

test("a warm-up makes exactly its calls, whether or not they fail", async () => {
  let made = 0;
  const call = async () => {
    made += 1;
    throw new Error("fails");
  };
  await warmUp(call, { concurrency: 7, calls: 100 });
  assert.equal(made, 100);
});

test("an open loop begins every call that is due, also after the event loop was blocked", async () => {
  let made = 0;
  const call = async () => {
    made += 1;
    if (made === 10) blockFor(50);
  };
  const { served } = await measureOpenLoop(call, { perSecond: 1000, milliseconds: 200 });
  assert.deepEqual([made, served], [200, 1]);
});

test("an open loop counts calls that come too late as not served", async () => {
  let made = 0;
  const call = () => (made++ % 4 === 0 ? sleep(1100) : Promise.resolve());
  const { served } = await measureOpenLoop(call, { perSecond: 200, milliseconds: 100 });
  assert.deepEqual([made, served], [20, 0.75]);
});

function blockFor(milliseconds) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

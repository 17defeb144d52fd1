// Calls leak no memory in any runtime, however many there are.

import assert from "node:assert/strict";
import { test } from "node:test";
import { configOf } from "../../test-support/child.mjs";
import { directoryOf } from "../../test-support/installed.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { projectIn, RUNTIMES, runIn, tried } from "./runtimes.mjs";

const CALLS_PER_ROUND = 5_000;
/** Until compilers and allocators have warmed up. */
const WARM_UP_ROUNDS = 2;
const ROUNDS = 3;
/** Well under the 15 MB that a leak of 1 KB per call would cause. */
const BOUND = 8_000_000;

/** With its code the 404 is Auth0's, so that the call sends no further request. */
const ABSENT = { status: 404, body: { statusCode: 404, errorCode: "inexistent_user" } };
const SESSION = { id: "one", user_id: "auth0|ada", device: { last_user_agent: "curl/8.0" } };

for (const runtime of RUNTIMES) {
  test(`${runtime.name}: thousands of calls leak no memory`, tried, async (t) => {
    const server = await scriptedServer(t, {
      api: ({ url }) => {
        server.requests.length = 0;
        return url.includes("nobody") ? ABSENT : { sessions: [SESSION] };
      },
    });
    const input = {
      config: configOf(server),
      rounds: WARM_UP_ROUNDS + 2 * ROUNDS,
      callsPerRound: CALLS_PER_ROUND,
    };
    const project = projectIn(directoryOf(t));
    const ended = await runIn(runtime, project, "memory.mjs", input, runtime.memory);
    assert.deepEqual([ended.code, ended.stderr], [0, ""]);
    const marks = JSON.parse(ended.stdout);
    // The minimum of several rounds, since garbage collectors return memory at a time of their choice.
    const before = Math.min(...marks.slice(WARM_UP_ROUNDS, WARM_UP_ROUNDS + ROUNDS));
    const after = Math.min(...marks.slice(-ROUNDS));
    t.diagnostic(`${marks.map((mark) => (mark / 1e6).toFixed(1)).join(", ")} MB`);
    assert.ok(after - before < BOUND, `${after - before} bytes more`);
  });
}

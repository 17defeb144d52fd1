// Calls leak no memory in any runtime, however many there are.

import assert from "node:assert/strict";
import { test } from "node:test";
import { configOf } from "../../test-support/child.mjs";
import { directoryOf } from "../../test-support/installed.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { projectIn, RUNTIMES, runIn, tried } from "./runtimes.mjs";

const CALLS_PER_ROUND = 4_000;
/** Until compilers and allocators have warmed up. */
const WARM_UP_ROUNDS = 3;
const ROUNDS = 7;
/** In bytes. A leak of 1 KB per call, or of 2 KB in those that fail, would be twice as much. */
const BOUND_PER_CALL = 512;

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
      rounds: WARM_UP_ROUNDS + ROUNDS,
      callsPerRound: CALLS_PER_ROUND,
    };
    const project = projectIn(directoryOf(t));
    const ended = await runIn(runtime, project, "memory.mjs", input, runtime.memory);
    assert.deepEqual([ended.code, ended.stderr], [0, ""]);
    const marks = JSON.parse(ended.stdout);
    t.diagnostic(`${marks.map((mark) => (mark / 1e6).toFixed(1)).join(", ")} MB`);
    const perCall = growthPerRound(marks.slice(WARM_UP_ROUNDS)) / CALLS_PER_ROUND;
    assert.ok(perCall < BOUND_PER_CALL, `${Math.round(perCall)} bytes more with each call`);
  });
}

/**
 * The median of the growth per round, over all pairs of rounds. A leak is in all of them; neither a late
 * garbage collection nor an allocator that takes another large block decides.
 * @param {number[]} marks
 */
function growthPerRound(marks) {
  const slopes = marks.flatMap((mark, i) =>
    marks.slice(i + 1).map((later, distance) => (later - mark) / (distance + 1)),
  );
  return slopes.sort((a, b) => a - b)[Math.floor(slopes.length / 2)];
}

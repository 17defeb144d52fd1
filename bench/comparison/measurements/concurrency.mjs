// Calls at several concurrencies; the two other jobs; and a server that takes its time.

import { bare, OURS, POOL, whole } from "../contestants/index.mjs";
import { measure as run } from "../processes.mjs";
import { inRounds, medianOf } from "../rounds.mjs";

const ROUNDS = 5;
const BARE_STEPS = {
  "at 1": { concurrency: 1, milliseconds: 1200, warmUpCalls: 200 },
  "at 64": { concurrency: 64, milliseconds: 1500 },
  "at 512": { concurrency: 512, milliseconds: 1500 },
  "at 4,096": { concurrency: 4096, milliseconds: 2000 },
};
const STEPS = {
  "at 1": BARE_STEPS["at 1"],
  "20 ms": { concurrency: 1, milliseconds: 2000, warmUpCalls: 2, delayMs: 20 },
  "at 64": BARE_STEPS["at 64"],
  dashboard: { job: "dashboard", concurrency: 64, milliseconds: 1000, warmUpCalls: 500 },
  revoke: { job: "revoke", concurrency: 64, milliseconds: 1000, warmUpCalls: 500 },
  "at 512": BARE_STEPS["at 512"],
  "at 4,096": BARE_STEPS["at 4,096"],
};
/** A shorter delay than this cannot be distinguished from none. */
const SHORTEST_DELAY = 0.1;

export function measure(responder) {
  const configOf = (name) => ({ steps: bare.includes(name) ? BARE_STEPS : STEPS });
  return measured(responder, { contestants: [...whole, ...bare], rounds: ROUNDS, configOf });
}

/** Only the most important step, of the two contestants that matter most. */
export function measureQuick(responder) {
  const steps = { "at 64": { concurrency: 64, milliseconds: 2500 } };
  const configOf = () => ({ steps });
  return measured(responder, { contestants: [OURS, POOL], rounds: ROUNDS, configOf });
}

async function measured(responder, plan) {
  const idle = [];
  for (let round = 0; round < plan.rounds; round += 1) idle.push(await run(responder, "idle.mjs"));
  const floor = medianOf(idle, (figures) => figures.loopDelayP99);
  const results = await inRounds(responder, { program: "closed-loop.mjs", ...plan });
  for (const figures of Object.values(results).flat().flatMap(Object.values)) {
    figures.loopDelayP99 = Math.max(SHORTEST_DELAY, figures.loopDelayP99 - floor);
  }
  return results;
}

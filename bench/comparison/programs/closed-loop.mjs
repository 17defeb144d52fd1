// One round of one contestant: its steps one after the other, in a process of its own. Sends the figures of each.

import { openContestant } from "../contestants/index.mjs";
import { measureLoad, warmUp } from "../load.mjs";
import { argumentsOf, USERS } from "../users.mjs";

const { tenant, responder, contestant, steps } = JSON.parse(process.argv[2]);
/** Before anything is measured, code is compiled, connections are open and user agents are known. */
const WARM_UP = { concurrency: 64, calls: USERS };

const client = await openContestant(contestant, tenant);

/** Calls a job for one user after the other. */
function callsFor({ job = "list", users = USERS, delayMs, sessions }) {
  let next = 0;
  return async () => {
    const number = next++ % users;
    return client[job](...argumentsOf[job]({ number, delayMs, sessions }));
  };
}

const figures = {};
await warmUp(callsFor({}), WARM_UP);
for (const [name, step] of Object.entries(steps)) {
  const { concurrency, milliseconds, warmUpCalls = concurrency } = step;
  const call = callsFor(step);
  await warmUp(call, { concurrency, calls: warmUpCalls });
  figures[name] = await measureLoad(call, { concurrency, milliseconds, responder });
}
process.send(figures, () => process.exit());

// Calls of one contestant at a fixed rate. Sends the figures.

import { openContestant } from "../contestants/index.mjs";
import { warmUp } from "../load.mjs";
import { measureOpenLoop } from "../open-loop.mjs";
import { USERS, userId } from "../users.mjs";

const { tenant, responder, contestant, rates, milliseconds } = JSON.parse(process.argv[2]);

const client = await openContestant(contestant, tenant);
let next = 0;
const call = async () => client.list(userId({ number: next++ % USERS }));
await warmUp(call, { concurrency: 64, calls: USERS });
const figures = {};
for (const perSecond of rates) {
  figures[perSecond] = await measureOpenLoop(call, { perSecond, milliseconds, responder });
}
// Calls of an overloaded round are still running.
process.send(figures, () => process.exit());

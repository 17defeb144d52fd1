// One round of one contestant at one concurrency, in a process of its own.

import { contestants } from "../contestants/index.mjs";
import { measureLoad, warmUp } from "../load.mjs";
import { USERS, userId } from "../users.mjs";

const { tenant, contestant, concurrency, milliseconds, delayMs } = JSON.parse(process.argv[2]);
/** Also for slow rounds: code is compiled and user agents are known before anything is measured. */
const WARM_UP = { concurrency: 64, calls: 2 * USERS };

const { client, job } = await contestants[contestant](tenant);
let number = 0;
const next = (options) => {
  number = (number + 1) % USERS;
  return job(userId({ number, ...options }));
};
await warmUp(next, WARM_UP);
const figures = await measureLoad(() => next({ delayMs }), { concurrency, milliseconds });
process.send(figures);
await client.close?.();
process.disconnect();

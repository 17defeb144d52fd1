// Many calls of one contestant at once. Sends the figures.

import { openContestant } from "../contestants/index.mjs";
import { succeeds, warmUp } from "../load.mjs";
import { startMeter } from "../meter.mjs";
import { USERS, userId } from "../users.mjs";

const { tenant, contestant, calls } = JSON.parse(process.argv[2]);

const client = await openContestant(contestant, tenant);
let next = 0;
const call = async () => client.list(userId({ number: next++ % USERS }));
await warmUp(call, { concurrency: 64, calls: USERS });

const stop = startMeter();
const outcomes = await Promise.all(Array.from({ length: calls }, () => succeeds(call)));
const { elapsed, busy, ...figures } = stop();
const failed = outcomes.filter((succeeded) => !succeeded).length;
process.send({ elapsed, busyTime: busy * elapsed, failed, ...figures }, () => process.exit());

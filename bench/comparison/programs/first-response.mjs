// The first list of a process. Sends when it was there, and the memory that the process has used by then.

import { openContestant } from "../contestants/index.mjs";
import { startMeter } from "../meter.mjs";
import { userId } from "../users.mjs";

const { tenant, contestant } = JSON.parse(process.argv[2]);
const stop = startMeter();
const client = await openContestant(contestant, tenant);
await client.list(userId({ number: 1 }));
const at = performance.timeOrigin + performance.now();
process.send({ at, ...stop() }, () => process.exit());

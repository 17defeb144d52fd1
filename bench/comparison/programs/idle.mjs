// An event loop that has nothing to do. Sends what the meter sees of it.

import { setTimeout as sleep } from "node:timers/promises";
import { startMeter } from "../meter.mjs";

const stop = startMeter();
await sleep(1000);
process.send(stop(), () => process.exit());

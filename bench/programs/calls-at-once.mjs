// Makes concurrent calls in several rounds; sends the median of the calls per second, how long
// the first call of all took, how many calls failed, and how many warnings were logged.

import { setTimeout as sleep } from "node:timers/promises";
import { Auth0UserSecurityService } from "@archie/auth0-user-security";

const { service: config, user, calls, rounds } = JSON.parse(process.argv[2]);
/** Rounds are as far apart as typical bursts of work. */
const PAUSE_MS = 300;

const warnings = [];
const logger = { warn: (line) => warnings.push(line), error: (line) => warnings.push(line) };
const service = new Auth0UserSecurityService({ ...config, timeoutMs: 120_000 }, logger);
const began = performance.now();
await service.findUserSessions(user);
const first = performance.now() - began;

const rates = [];
let failed = 0;
for (let round = 0; round < rounds; round += 1) {
  await sleep(PAUSE_MS);
  const start = performance.now();
  const made = Array.from({ length: calls }, () => service.findUserSessions(user));
  const outcomes = await Promise.allSettled(made);
  rates.push((calls / (performance.now() - start)) * 1000);
  failed += outcomes.filter(({ status }) => status === "rejected").length;
}
rates.sort((one, other) => one - other);
const perSecond = rates[rounds >> 1];
process.send({ perSecond, first, failed, warnings: warnings.length }, () => process.disconnect());

// A run for many users, without a rate limit. Sends its figures, and the memory after parts of it.

import { Auth0UserSecurityService } from "@archie/auth0-user-security";
import { startMeter } from "../meter.mjs";
import { USERS, userId } from "../users.mjs";

const { tenant, users, method } = JSON.parse(process.argv[2]);
const WARM_UP = 5_000;
const MEGABYTE = 2 ** 20;

const service = new Auth0UserSecurityService({
  domain: tenant.host,
  clientId: "client",
  clientSecret: "secret",
  tls: { ca: tenant.ca },
});

/** The responder keeps nothing, so a user can have any number. */
function* list(count, from) {
  for (let number = from; number < from + count; number += 1) {
    yield userId({ number: method === "generateSecurityAuditReport" ? number % USERS : number });
  }
}

/** Resident memory at the 100,000th user and at the end. */
const memory = [];
async function run(count, from) {
  let done = 0;
  let failed = 0;
  for await (const { error } of service[method](list(count, from))) {
    done += 1;
    if (error) failed += 1;
    if (done === 100_000 || done === count) memory.push(process.memoryUsage.rss() / MEGABYTE);
  }
  return { done, failed };
}

await run(WARM_UP, 2 ** 40);
memory.length = 0;
const stop = startMeter();
const counts = await run(users, 0);
const figures = stop();
process.send({ ...figures, ...counts, memory }, () => process.exit());

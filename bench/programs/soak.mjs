// Megabytes by which the resident memory grows over 200,000 calls, half of them failing, after as
// much warm-up as the allocators need.

import { Auth0UserSecurityService } from "@archie/auth0-user-security";

const { service: config, user } = JSON.parse(process.argv[2]);
const service = new Auth0UserSecurityService(config);
const CALLS = 200_000;
const WARM_UP = 50_000;
const CONCURRENCY = 32;

async function run(calls) {
  let left = calls / 2;
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      await service.findUserSessions(user);
      await service.findUserSessions("auth0|nobody").catch(() => {});
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, caller));
}

function residentMegabytes() {
  globalThis.gc();
  return process.memoryUsage.rss() / 2 ** 20;
}

await run(WARM_UP);
const before = residentMegabytes();
let after = before;
for (let done = 0; done < CALLS; done += 50_000) {
  await run(50_000);
  after = residentMegabytes();
  console.log(
    `        ${done + 50_000} calls: ${after.toFixed(1)} MB (${before.toFixed(1)} MB before)`,
  );
}
process.send(after - before, () => process.disconnect());

// The longest time for which the first call keeps the event loop from serving a timer.

import { setTimeout as sleep } from "node:timers/promises";
import { Auth0UserSecurityService } from "@archie/auth0-user-security";
import { schedulerWaits } from "../scheduler.cjs";

const { service: config, user } = JSON.parse(process.argv[2]);
const INTERVAL = 1;
const waited = schedulerWaits();

async function longestBlock(work) {
  let last = performance.now();
  let waitedBefore = waited();
  let longest = 0;
  const tick = () => {
    const now = performance.now();
    const waitedNow = waited();
    longest = Math.max(longest, now - last - (waitedNow - waitedBefore) - INTERVAL);
    last = now;
    waitedBefore = waitedNow;
  };
  const timer = setInterval(tick, INTERVAL);
  await work();
  tick();
  clearInterval(timer);
  return longest;
}

await longestBlock(() => sleep(300));
const service = new Auth0UserSecurityService(config);
process.send(await longestBlock(() => service.findUserSessions(user)));
process.disconnect();

// The longest time for which the first call keeps a timer of one millisecond waiting, beyond the
// waiting that the same timer sees without a call.

import { setTimeout as sleep } from "node:timers/promises";
import { Auth0UserSecurityService } from "@archie/auth0-user-security";

const { service: config, user } = JSON.parse(process.argv[2]);
const INTERVAL = 1;

async function longestBlock(work) {
  let last = performance.now();
  let longest = 0;
  const tick = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last - INTERVAL);
    last = now;
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

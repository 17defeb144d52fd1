// The longest time for which the first call keeps the event loop from serving a timer.

import { setTimeout as sleep } from "node:timers/promises";
import { Auth0UserSecurityService } from "@archie/auth0-user-security";
import { longestBlock } from "../longest-block.mjs";

const { service: config, user } = JSON.parse(process.argv[2]);

await longestBlock(() => sleep(300));
const service = new Auth0UserSecurityService(config);
process.send(await longestBlock(() => service.findUserSessions(user)));
process.disconnect();

// Sends the moment of its last response, and never closes anything.

import { Auth0UserSecurityService } from "@archie/auth0-user-security";
import { now } from "../processes.mjs";

const { service: config, user } = JSON.parse(process.argv[2]);
const service = new Auth0UserSecurityService(config);
await Promise.all(Array.from({ length: 20 }, () => service.findUserSessions(user)));
process.send({ lastResponse: now() });
process.disconnect();

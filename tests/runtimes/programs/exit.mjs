// Ends with calls in flight, at once and after a while.
import { Auth0UserSecurityService } from "@archie/auth0-user-security";

const { config, delay } = JSON.parse(process.env.INPUT);
const service = new Auth0UserSecurityService(config);
for (let i = 0; i < 100; i += 1) service.findUserSessions("auth0|a");
if (delay === undefined) process.exit(7);
setTimeout(() => process.exit(7), delay);

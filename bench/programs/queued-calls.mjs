// Sends the milliseconds that this many concurrent calls take.

import { Auth0UserSecurityService } from "@archie/auth0-user-security";

const { service: config, user, calls } = JSON.parse(process.argv[2]);
const service = new Auth0UserSecurityService({ ...config, timeoutMs: 600_000 });
const start = performance.now();
await Promise.all(Array.from({ length: calls }, () => service.findUserSessions(user)));
process.send(performance.now() - start, () => process.disconnect());

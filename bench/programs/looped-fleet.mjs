// Revokes the sessions of the same users in a loop of single calls, as the original README does. Sends the time, and how
// many succeeded.

import { Auth0UserSecurityService } from "@archie/auth0-user-security";

const { service: config, users } = JSON.parse(process.argv[2]);
const service = new Auth0UserSecurityService(config);
const start = performance.now();
let succeeded = 0;
for (let index = 0; index < users; index += 1) {
  await service.revokeAllUserSessions(`auth0|revoked-${index}`);
  succeeded += 1;
}
process.send({ took: performance.now() - start, succeeded }, () => process.disconnect());

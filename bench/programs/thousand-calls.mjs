// A thousand first calls at once; sends how many succeeded.

import { Auth0UserSecurityService } from "@archie/auth0-user-security";

const { service: config, user } = JSON.parse(process.argv[2]);
const service = new Auth0UserSecurityService(config);
const calls = Array.from({ length: 1000 }, () => service.findUserSessions(user));
process.send((await Promise.all(calls)).length, () => process.disconnect());

// Revokes the sessions of many users in one run. Sends the time, and how many users have a result.

import { Auth0UserSecurityService } from "@archie/auth0-user-security";

const { service: config, users, by } = JSON.parse(process.argv[2]);
const service = new Auth0UserSecurityService(config);
const list = Array.from({ length: users }, (_, index) =>
  by === "id" ? `auth0|revoked-${index}` : `revoked-${index}@example.com`,
);
const start = performance.now();
const results = await service.bulkRevokeUserSessions(list, { timeoutMs: 600_000 });
const took = performance.now() - start;
const succeeded = results.filter(({ status }) => status === "success");
const indexes = new Set(succeeded.map(({ index }) => index)).size;
process.send({ took, indexes }, () => process.disconnect());

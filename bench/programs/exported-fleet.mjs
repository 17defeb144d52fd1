// A run for everybody, from a users export. All are left out, so that nothing but the list takes memory. Sends how many
// there were, the time, and the resident memory in MB at the 100,000th and at the last.

import { Auth0UserSecurityService } from "@archie/auth0-user-security";

const { service: config } = JSON.parse(process.argv[2]);
const MEGABYTE = 2 ** 20;
const service = new Auth0UserSecurityService(config);
const everybody = service.selectUsers({ all: true });
const memory = [];
const start = performance.now();
let done = 0;
for await (const { status } of service.bulkRevokeUserSessions(everybody, { skip: () => true })) {
  if (status !== "skipped") throw new Error(status);
  done += 1;
  if (done === 100_000) memory.push(process.memoryUsage.rss() / MEGABYTE);
}
memory.push(process.memoryUsage.rss() / MEGABYTE);
process.send({ done, took: performance.now() - start, memory }, () => process.exit());

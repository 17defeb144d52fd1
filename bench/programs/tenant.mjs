// The tenant that the measurements call.

import { PEOPLE, startTenant } from "@archie/auth0-tenant-emulator";

let tokenRequests = 0;

const tenant = await startTenant({
  recordLimit: 0,
  onRequest({ url }) {
    if (url === "/oauth/token") tokenRequests += 1;
  },
});

process.on("message", () => {
  process.send(tokenRequests);
  tokenRequests = 0;
});
process.on("disconnect", () => tenant.close());

const { domain, clientId, clientSecret } = tenant;
process.send({ service: { domain, clientId, clientSecret }, user: PEOPLE.grace });

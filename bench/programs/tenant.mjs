// The tenant that the measurements call.

import { PEOPLE, startTenant } from "@archie/auth0-tenant-emulator";

let counts;

function startCounting() {
  counts = { token: 0, all: 0, refused: 0 };
}
startCounting();

const tenant = await startTenant({
  recordLimit: 0,
  ...JSON.parse(process.argv[2] ?? "{}"),
  onRequest({ url, status }) {
    if (url === "/oauth/token") counts.token += 1;
    else counts.all += 1;
    if (status === 429) counts.refused += 1;
  },
});

process.on("message", () => {
  process.send(counts);
  startCounting();
});
process.on("disconnect", () => tenant.close());

const { domain, clientId, clientSecret } = tenant;
process.send({ service: { domain, clientId, clientSecret }, user: PEOPLE.grace });

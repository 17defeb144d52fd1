import { answerWithCpu } from "./cpu.js";

const begun = performance.now();
const { PEOPLE, startTenant } = await import("../index.js");
const imported = performance.now() - begun;
const tenant = await startTenant();
const ready = performance.now() - begun - imported;
const response = await fetch(`${tenant.url}/oauth/token`, {
  method: "POST",
  body: new URLSearchParams({
    grant_type: "client_credentials",
    client_id: tenant.clientId,
    client_secret: tenant.clientSecret,
    audience: tenant.audience,
  }),
});
const { access_token: token } = await response.json();
const firstToken = performance.now() - begun;

if (process.argv.includes("--once")) {
  console.log(JSON.stringify({ node: begun, imported, ready, firstToken }));
  await tenant.close();
} else {
  const path = `/api/v2/users/${encodeURIComponent(PEOPLE.ada)}/sessions?take=50`;
  answerWithCpu({ url: tenant.url, path, token }, () => tenant.close());
}

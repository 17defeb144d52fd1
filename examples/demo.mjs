// The library's main use case: list a user's sessions, and end those that should not be there.
//
//   npm run demo                       on a tenant that runs inside this program
//   npm run demo -- ada@example.com    on your tenant, read-only; requires AUTH0_DOMAIN,
//                                      AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET

import { readOnlyDemo } from "./demo/read-only.mjs";
import { revokingDemo } from "./demo/revoking.mjs";

try {
  const [email] = process.argv.slice(2);
  if (email && !process.env.AUTH0_DOMAIN) {
    throw new Error(`To look ${email} up on your tenant, set AUTH0_DOMAIN and its credentials.`);
  }
  if (process.env.AUTH0_DOMAIN) await readOnlyDemo(email, process.env);
  else await revokingDemo();
} catch (error) {
  console.error(`\n✗ ${error.name}: ${error.message}`);
  process.exitCode = 1;
}

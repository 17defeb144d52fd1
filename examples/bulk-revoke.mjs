// Signs many users out, a few at a time. One failure does not stop the others.
//
//   node examples/bulk-revoke.mjs

import { onEmbeddedTenant } from "./support/embedded-tenant.mjs";

const emails = ["ada@example.com", "grace@example.com", "nobody@example.com", "shared@example.com"];

await onEmbeddedTenant(async (service) => {
  const options = { actor: "incident-42", ordered: true };
  let done = 0;
  for await (const result of service.bulkRevokeUserSessions(emails, options)) {
    const { userEmail, status, code } = result;
    console.log(`${userEmail}: ${status}${code ? ` (${code})` : ""}`);
    if (status === "success") done += 1;
  }
  console.log(`\n${done} of ${emails.length} users were signed out everywhere.`);
});

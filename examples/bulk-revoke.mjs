// Signs many users out, a few at a time. One failure does not stop the others.
//
//   node examples/bulk-revoke.mjs

import { onEmbeddedTenant } from "./support/embedded-tenant.mjs";

const emails = ["ada@example.com", "grace@example.com", "nobody@example.com", "shared@example.com"];
const AT_ONCE = 2;

async function revokeEverywhere(service, email) {
  try {
    await service.revokeAllUserSessions({ email }, { actor: "incident-42" });
    return { email, status: "success" };
  } catch (error) {
    return { email, status: "error", code: error.code };
  }
}

/** Maps the items in order, with at most `atOnce` in flight. */
async function mapSome(items, atOnce, map) {
  const results = [];
  const waiting = items.entries();
  const worker = async () => {
    for (const [index, item] of waiting) results[index] = await map(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

await onEmbeddedTenant(async (service) => {
  const results = await mapSome(emails, AT_ONCE, (email) => revokeEverywhere(service, email));
  for (const { email, status, code } of results) {
    console.log(`${email}: ${status}${code ? ` (${code})` : ""}`);
  }
  const done = results.filter(({ status }) => status === "success").length;
  console.log(`\n${done} of ${results.length} users were signed out everywhere.`);
});

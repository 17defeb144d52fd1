// Shows the sessions of one user before and after revoking, on an embedded tenant.

import { PEOPLE, SESSIONS, startTenant } from "@archie/auth0-tenant-emulator";
import { Auth0UserSecurityService, SessionNotFoundError } from "@archie/auth0-user-security";
import { heading, sessionTable } from "./print.mjs";

const ada = { email: "ada@example.com" };
/** Ada is using her Windows machine: this is the `sid` claim of her ID token. */
const currentSessionId = SESSIONS.adaWindows;

export async function revokingDemo() {
  // As with Auth0, what was revoked is gone a moment after the call was accepted.
  const tenant = await startTenant({ deleteDelay: 200 });
  try {
    await walk(tenant);
  } finally {
    await tenant.close();
  }
}

async function walk(tenant) {
  console.log(`A tenant that behaves like Auth0 listens on ${tenant.origin}.`);
  const { domain, clientId, clientSecret } = tenant;
  const service = new Auth0UserSecurityService({ domain, clientId, clientSecret });
  const show = async () => {
    console.log(sessionTable(await service.findUserSessions(ada, { currentSessionId })));
    console.log(`\n  Refresh tokens: ${tenant.refreshTokens(PEOPLE.ada).length}`);
  };

  heading("1. Where is Ada signed in?");
  await show();

  heading("2. A request passes one of Grace's sessions off as Ada's");
  await refuseForeignSession(service);
  const stays = tenant.session(SESSIONS.graceTablet) !== undefined;
  console.log(`  Grace's session ${stays ? "is untouched" : "IS GONE"}.`);

  heading("3. Ada lost her iPhone: revoke that session and its refresh token");
  const iphone = { id: SESSIONS.adaIphone };
  const revoked = await service.revokeUserSession(ada, iphone, { waitUntilGone: true });
  console.log(`  Accepted by Auth0: ${revoked}\n`);
  await show();

  heading("4. Sign out everywhere else");
  const waiting = { waitUntilGone: true };
  const count = await service.revokeOtherUserSessions(ada, currentSessionId, waiting);
  console.log(`  Sessions revoked: ${count}\n`);
  await show();
  console.log("  (one belongs to the current session, one was issued without a session)");

  heading("5. Sign out everywhere, including this session and every refresh token");
  await service.revokeAllUserSessions(ada, { waitUntilGone: true });
  await show();

  const tokens = tenant.requests.filter(({ url }) => url === "/oauth/token").length;
  console.log(
    `\n\n✓ Done: ${tenant.requestCount} requests, ${tokens} of them for an access token.`,
  );
}

async function refuseForeignSession(service) {
  try {
    await service.revokeUserSession(ada, { id: SESSIONS.graceTablet });
  } catch (error) {
    if (!(error instanceof SessionNotFoundError)) throw error;
    console.log(`  Refused: ${error.name}: ${error.message}`);
    return;
  }
  throw new Error("A session of another user was revoked.");
}

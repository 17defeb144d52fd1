// GET /api/sessions lists the user's sessions. DELETE /api/sessions signs out everywhere else.

import { asUser } from "@/lib/as-user";
import { userSecurity } from "@/lib/service";

// The native addon needs Node.js; the edge runtime cannot load it.
export const runtime = "nodejs";

export function GET(request: Request) {
  return asUser(request, async ({ sub, sid }, signal) => {
    const options = { currentSessionId: sid, signal };
    const sessions = await userSecurity().findUserSessions(sub, options);
    // Only what the page shows: addresses and user agents are personal data.
    return Response.json(sessions.map(({ id, name, os, current }) => ({ id, name, os, current })));
  });
}

export function DELETE(request: Request) {
  return asUser(request, async ({ sub, sid }, signal) => {
    const options = { actor: sub, signal };
    const revoked = await userSecurity().revokeOtherUserSessions(sub, sid, options);
    return Response.json({ revoked });
  });
}

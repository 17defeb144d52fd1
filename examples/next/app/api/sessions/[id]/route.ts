// DELETE /api/sessions/:id ends one of the user's sessions.

import { asUser } from "@/lib/as-user";
import { userSecurity } from "@/lib/service";

export const runtime = "nodejs";

export function DELETE(request: Request, { params }: { params: Promise<{ id: string }> }) {
  return asUser(request, async ({ sub }, signal) => {
    const { id } = await params;
    await userSecurity().revokeUserSession(sub, id, { actor: sub, signal });
    return new Response(null, { status: 204 });
  });
}

// The addon.

import { Auth0UserSecurityService } from "../../../index.js";
import { CREDENTIALS } from "./credentials.mjs";

/** Longer than any call of an overloaded round takes: a round should end, not time out. */
const PATIENCE = { timeoutMs: 120_000, attemptTimeoutMs: 120_000 };

export function open({ host, ca }) {
  const service = new Auth0UserSecurityService({
    domain: host,
    ...CREDENTIALS,
    ...PATIENCE,
    tls: { ca },
  });
  return {
    list: (userId) => service.findUserSessions(userId),
    dashboard: (email) => service.getUserSecurityDashboard({ email }),
    revoke: (userId, sessionId) => service.revokeUserSession(userId, sessionId),
    close: () => service.close(),
  };
}

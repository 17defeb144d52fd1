// The addon.

import { Auth0UserSecurityService } from "../../../index.js";

export function open({ host, ca }) {
  const service = new Auth0UserSecurityService({
    domain: host,
    clientId: "benchmark",
    clientSecret: "benchmark",
    tls: { ca },
    timeoutMs: 120_000,
    attemptTimeoutMs: 60_000,
  });
  return {
    list: (userId) => service.findUserSessions(userId),
    close: () => service.close(),
  };
}

// One service per process: it caches the access token and pools connections.

import { Auth0UserSecurityService } from "@archie/auth0-user-security";

// The dev server reloads modules after each change, which would reset a module-level variable.
const shared = globalThis as { userSecurity?: Auth0UserSecurityService };

/** Created on the first request, not on import: `next build` imports routes, but has no secrets. */
export function userSecurity(): Auth0UserSecurityService {
  shared.userSecurity ??= Auth0UserSecurityService.fromEnv({ logLevel: "info" });
  return shared.userSecurity;
}

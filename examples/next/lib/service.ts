// One service per process: it keeps the access token and the connections.

import { Auth0UserSecurityService } from "@archie/auth0-user-security";

// The dev server loads modules anew after a change, and would forget a variable of this module.
const shared = globalThis as { userSecurity?: Auth0UserSecurityService };

/** Made at the first request and not at import: `next build` imports routes, and has no secrets. */
export function userSecurity(): Auth0UserSecurityService {
  shared.userSecurity ??= Auth0UserSecurityService.fromEnv({ logLevel: "info" });
  return shared.userSecurity;
}

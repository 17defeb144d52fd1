// One service per process: it keeps the access token and the connections.

import { Auth0UserSecurityService } from "@archie/auth0-user-security";

// Each route is bundled by itself, and the dev server loads modules anew: a variable of this module
// would be there more than once.
const shared = globalThis as { userSecurity?: Auth0UserSecurityService };

/** Made at the first request and not at import: `next build` imports routes, and has no secrets. */
export function userSecurity(): Auth0UserSecurityService {
  shared.userSecurity ??= Auth0UserSecurityService.fromEnv();
  return shared.userSecurity;
}

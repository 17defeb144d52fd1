// Runs a tenant inside the program, so that the examples need no Auth0 account.

import { startTenant } from "@archie/auth0-tenant-emulator";
import { Auth0UserSecurityService } from "@archie/auth0-user-security";

/** A service's settings for a tenant. In an application, they come from the environment. */
export function credentialsOf({ domain, clientId, clientSecret }) {
  return { domain, clientId, clientSecret };
}

/** Calls `run` with a service and its tenant, and closes both afterwards. */
export async function onEmbeddedTenant(run, config) {
  const tenant = await startTenant();
  const service = new Auth0UserSecurityService({ ...credentialsOf(tenant), ...config });
  try {
    await run(service, tenant);
  } finally {
    await service.close();
    await tenant.close();
  }
}

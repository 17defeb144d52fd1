// A tenant inside the program, so that an example runs without an Auth0 account.

import { startTenant } from "@archie/auth0-tenant-emulator";
import { Auth0UserSecurityService } from "@archie/auth0-user-security";

/** What a service needs of a tenant; in an application, it comes from the environment. */
export function credentialsOf({ domain, clientId, clientSecret }) {
  return { domain, clientId, clientSecret };
}

/** Calls `run` with a service and the tenant that it talks to, and ends both. */
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

import { after, beforeEach } from "node:test";
import { startTenant } from "../../test-support/tenant.mjs";

/** @import { Tenant, TenantOptions } from "@archie/auth0-tenant-emulator" */

/**
 * The tenant of all tests in a file: reset before each of them, closed after the last.
 * @param {TenantOptions} [options]
 */
export async function sharedTenant(options) {
  const tenant = await startTenant(options);
  beforeEach(() => tenant.reset());
  after(() => tenant.close());
  return tenant;
}

/**
 * Users with a session each, and a list of their ids.
 * @param {Tenant} tenant
 * @param {number} count
 * @param {number} [first] how many there are already
 */
export function addUsers(tenant, count, first = 0) {
  return Array.from({ length: count }, (_, offset) => {
    const index = first + offset;
    const user_id = `auth0|fleet${String(index).padStart(4, "0")}`;
    tenant.addUser({ user_id, email: `fleet${index}@example.com`, email_verified: true });
    tenant.addSession({ user_id });
    return user_id;
  });
}

/**
 * The requests that change something.
 * @param {Tenant} tenant
 */
export const writesTo = ({ requests }) =>
  requests.filter(({ method, url }) => method !== "GET" && url !== "/oauth/token");

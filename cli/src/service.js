import { Auth0UserSecurityService } from "@archie/auth0-user-security";
import { readCredentials } from "./credentials.js";
import { startEmbeddedTenant } from "./embedded-tenant.js";
import { warnOnce } from "./terminal.js";

/** @typedef {{ service: Auth0UserSecurityService, tenant: string }} Connection the service, and the tenant's name */
/** @typedef {{ emulator?: string, env?: string, input?: boolean, timeout?: number }} ConnectionOptions */

/** Audit events and debug lines are for applications; a failure is thrown. */
const LOGGER = {
  debug() {},
  info() {},
  warn,
  error: warn,
};

/**
 * @param {string} message
 * @param {{ reason?: unknown }} [details]
 */
function warn(message, details) {
  const reason = typeof details?.reason === "string" ? ` ${details.reason}` : "";
  // The library names itself, which a command of the same name need not repeat.
  warnOnce(`${message.replace(/^auth0-user-security: /, "")}${reason}`);
}

/**
 * Calls `run` with a service for the tenant of the options, and closes it afterwards.
 * @template T
 * @param {ConnectionOptions} options
 * @param {(connection: Connection) => Promise<T>} run
 * @returns {Promise<T>}
 */
export async function withService(options, run) {
  if (options.emulator === undefined) {
    const credentials = await readCredentials(options);
    return withCredentials(credentials, credentials.domain.toLowerCase(), run);
  }
  const { tenant, name } = await startEmbeddedTenant(options.emulator);
  try {
    const { domain, clientId, clientSecret } = tenant;
    return await withCredentials({ domain, clientId, clientSecret }, name, run);
  } finally {
    await tenant.close();
  }
}

/**
 * @template T
 * @param {import("./credentials.js").Credentials} credentials
 * @param {string} tenant
 * @param {(connection: Connection) => Promise<T>} run
 */
async function withCredentials(credentials, tenant, run) {
  const service = new Auth0UserSecurityService(credentials, LOGGER);
  try {
    return await run({ service, tenant });
  } finally {
    await service.close();
  }
}

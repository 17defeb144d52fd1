import { Authority } from "./certificate.js";

/** @import { ResolvedOptions } from "../options.js" */

/**
 * A certificate authority of the tenant's own, and a server certificate that it issued.
 * @param {ResolvedOptions} options
 * @returns {{ ca: string, cert: string, key: string }}
 */
export function createTls({ https, domain, origin, customDomains, host }) {
  const { hosts = [], expired, onlyHosts } = typeof https === "object" ? https : {};
  const own = [
    ...(domain ? [domain] : []),
    ...(origin ? [new URL(origin).hostname] : []),
    "localhost",
    "127.0.0.1",
    "::1",
    host,
    ...customDomains,
  ];
  const names = onlyHosts ? hosts : [...own, ...hosts];
  const authority = new Authority();
  return { ca: authority.pem, ...authority.issue([...new Set(names)], { expired }) };
}

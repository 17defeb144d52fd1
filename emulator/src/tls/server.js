import { Authority } from "./certificate.js";

/**
 * A certificate authority of the tenant's own and a certificate from it.
 * @param {{ https: true | { hosts?: string[], expired?: boolean, onlyHosts?: boolean } }} options
 * @returns {{ ca: string, cert: string, key: string }}
 */
export function createTls({ https, domain, customDomains, host }) {
  const { hosts = [], expired, onlyHosts } = https === true ? {} : https;
  const own = [
    ...(domain ? [domain] : []),
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

export const USAGE = `Usage: auth0-tenant-emulator [options]

An Auth0 tenant on loopback.

  --port <number>           port to listen on; a free one unless given
  --host <address>          address to listen on; 127.0.0.1 unless given
  --seed <file>             users, sessions and so on as JSON (seed.schema.json)
  --https                   HTTPS with an authority of its own
  --ca <file>               where to write that authority's certificate
  --plan <name>             rate limits: unlimited, free, essentials, enterprise
  --client-id <id>          of the default application
  --client-secret <secret>  of the default application
  --callback <url>          allowed callback, may be repeated
  --delete-delay <ms>       how long accepted deletes take
  --deterministic <text>    the same identifiers for the same text
  --quiet                   no request log
`;

/** What a program needs to know, as environment variables. */
export function describeTenant(tenant, caFile) {
  const lines = {
    AUTH0_DOMAIN: tenant.domain,
    AUTH0_CLIENT_ID: tenant.clientId,
    AUTH0_CLIENT_SECRET: tenant.clientSecret,
    AUTH0_AUDIENCE: tenant.audience,
    ...(caFile && tenant.ca && { NODE_EXTRA_CA_CERTS: caFile }),
  };
  const text = Object.entries(lines).map(([name, value]) => `${name}=${value}`);
  return `Tenant ready at ${tenant.url}, ${tenant.users().length} users\n${text.join("\n")}\n\n`;
}

/** @import { Tenant } from "../../index.js" */

/** The environment variable with the key of the control plane. */
export const CONTROL_KEY = "TENANT_CONTROL_KEY";

export const USAGE = `Usage: auth0-tenant-emulator [options]

An Auth0 tenant on loopback.

  --port <number>           port to listen on (default: a free one)
  --host <address>          address to listen on (default: 127.0.0.1)
  --seed <file>             JSON file with users, sessions and so on (see seed.schema.json)
  --https                   serve HTTPS, with a certificate authority of its own
  --ca <file>               write the certificate of that authority to a file
  --plan <name>             rate limits: unlimited, free, essentials, enterprise, private-cloud, or
                            one of its larger tiers: private-cloud-500, …-1500, …-3000, …-6000, …-10000
  --client-id <id>          client id of the default application
  --client-secret <secret>  client secret of the default application
  --callback <url>          allowed callback URL; can be repeated
  --delete-delay <ms>       how long accepted deletes take
  --deterministic <text>    generate the same identifiers for the same text
  --origin <url>            what the tenant calls itself, where others reach it under another name
  --custom-domain <host>    another host that the tenant serves; can be repeated
  --control                 serve a control plane; its key is in ${CONTROL_KEY}
  --control-port <number>   port of the control plane (default: a free one); implies --control
  --control-host <name>     a name by which it is addressed, besides loopback; implies --control, can be
                            repeated
  --quiet                   do not log requests
  --help                    show this help
`;

/**
 * What a program needs to know, as environment variables.
 * @param {Tenant} tenant
 * @param {string | undefined} caFile
 */
export function describeTenant(tenant, caFile) {
  const lines = {
    AUTH0_DOMAIN: tenant.domain,
    AUTH0_CLIENT_ID: tenant.clientId,
    AUTH0_CLIENT_SECRET: tenant.clientSecret,
    AUTH0_AUDIENCE: tenant.audience,
    ...(tenant.controlUrl && { TENANT_CONTROL_URL: tenant.controlUrl }),
    ...(caFile && tenant.ca && { NODE_EXTRA_CA_CERTS: caFile }),
  };
  const text = Object.entries(lines).map(([name, value]) => `${name}=${value}`);
  return `Tenant ready at ${tenant.url}, ${tenant.users().length} users\n${text.join("\n")}\n\n`;
}

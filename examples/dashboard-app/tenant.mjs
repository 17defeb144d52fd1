// The settings: for a tenant inside this program, or for your own from the environment.

import { randomBytes } from "node:crypto";
import { startTenant } from "@archie/auth0-tenant-emulator";
import { Auth0UserSecurityService } from "@archie/auth0-user-security";
import { addApps, addFactors, addPlaces, TEST_DATABASE } from "./demo.mjs";

/** What this application is called in the list of apps with access. */
const NAME = "Account security";

/** Restricts redirects to our own pages, and requires a state that is bound to the user. */
const strict = (baseUrl, web) => ({
  application: web,
  allowedRedirectOrigins: [baseUrl],
  requireLinkState: true,
});

/** A new secret signs all users out on restart, which is acceptable for a demo. */
const randomSecret = () => randomBytes(32).toString("base64url");

/** `options` override those of the tenant: the tests pass a signing key, because generating one takes long. */
export async function embeddedTenant(baseUrl, logger, options) {
  // As with Auth0, what was revoked is gone a moment after the call was accepted.
  const tenant = await startTenant({ deleteDelay: 200, ...options });
  addPlaces(tenant);
  addFactors(tenant);
  const { client_id: clientId, client_secret: clientSecret } = tenant.addClient({
    name: NAME,
    initiate_login_uri: baseUrl,
    callbacks: [`${baseUrl}/callback`, `${baseUrl}/accounts/connected`],
    allowed_logout_urls: [baseUrl],
  });
  const web = { clientId, clientSecret };
  const credentials = {
    domain: tenant.domain,
    clientId: tenant.clientId,
    clientSecret: tenant.clientSecret,
  };
  const geoip = { database: TEST_DATABASE };
  const config = { ...credentials, ...strict(baseUrl, web), geoip };
  const service = new Auth0UserSecurityService(config, logger);
  const appNames = addApps(tenant).set(clientId, NAME);
  return { tenant, service, baseUrl, issuer: tenant.domain, web, appNames, secret: randomSecret() };
}

export function tenantOfEnvironment(baseUrl, env) {
  const web = {
    clientId: required(env, "AUTH0_WEB_CLIENT_ID"),
    clientSecret: required(env, "AUTH0_WEB_CLIENT_SECRET"),
  };
  const geoip = env.GEOIP_DATABASE && { geoip: { database: env.GEOIP_DATABASE } };
  const service = Auth0UserSecurityService.fromEnv({ ...strict(baseUrl, web), ...geoip });
  const issuer = env.AUTH0_DOMAIN.includes("://")
    ? env.AUTH0_DOMAIN
    : `https://${env.AUTH0_DOMAIN}`;
  // Add the names of your other applications: Auth0 lists those with access by their ids only.
  const appNames = new Map([[web.clientId, NAME]]);
  return { service, baseUrl, issuer, web, appNames, secret: env.SESSION_SECRET || randomSecret() };
}

function required(env, name) {
  if (env[name]) return env[name];
  throw new Error(`${name} is missing. examples/dashboard-app/README.md lists what is needed.`);
}

import { OAuthError } from "../errors.js";
import { customClaims } from "./custom-claims.js";
import { refuseOrganization } from "./organization.js";
import { spendQuota } from "./token-quota.js";

/** @import { TokenRequest } from "./token.js" */

/**
 * The client credentials grant: a machine's token, limited to the scopes that the client was granted
 * for the API.
 * @param {TokenRequest} tokenRequest
 */
export async function clientCredentials({ core, request, reply, form, client }) {
  if (client.token_endpoint_auth_method === "none") {
    throw new OAuthError(401, "access_denied", "Unauthorized");
  }
  refuseOrganization(form);
  const api = core.store.apis.get(form.audience);
  if (!api) throw new OAuthError(403, "access_denied", `Service not found: ${form.audience}`);
  const grant = client.grants.find((one) => one.audience === api.identifier);
  if (!grant) throw noGrant(api.identifier);
  if (api.identifier !== core.audience) spendQuota(core, client, reply);
  const lifetime = api.token_lifetime;
  const scope = grant.scope.join(" ");
  const { client_id: clientId } = client;
  const { identifier: audience } = api;
  const event = { clientId, audience, scopes: grant.scope };
  const claims = {
    ...(await customClaims(core, { kind: "access_token", ...event })),
    iss: core.issuerFor(request),
    sub: `${client.client_id}@clients`,
    aud: api.identifier,
    ...(scope && { scope }),
    gty: "client-credentials",
    azp: client.client_id,
  };
  return {
    access_token: await core.tokens.sign(claims, lifetime),
    ...(scope && { scope }),
    expires_in: lifetime,
    token_type: "Bearer",
  };
}

/** @param {string} audience */
function noGrant(audience) {
  return new OAuthError(
    403,
    "access_denied",
    `Client is not authorized to access "${audience}". You need to create a "client-grant" associated to this API. See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants`,
  );
}

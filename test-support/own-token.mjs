// Services with an access token of their own in place of credentials.

import { Auth0UserSecurityService } from "@archie/auth0-user-security";
import { recordingLogger } from "./logger.mjs";

export function serviceWithToken({ domain }, accessToken, config, logger = recordingLogger()) {
  return new Auth0UserSecurityService({ domain, accessToken, ...config }, logger);
}

/** A token that the tenant issues to its application. */
export async function issuedToken({ domain, clientId, clientSecret, audience }) {
  const response = await fetch(`${domain}/oauth/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      audience,
    }),
  });
  const { access_token: token } = await response.json();
  return token;
}

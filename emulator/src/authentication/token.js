import { OAuthError } from "../errors.js";
import { authorizationCode } from "./authorization-code.js";
import { authenticateClient, missing } from "./client-auth.js";
import { clientCredentials } from "./client-credentials.js";
import { readForm } from "./form.js";
import { refreshToken } from "./refresh-token.js";

const GRANTS = {
  client_credentials: { issue: clientCredentials, needs: ["audience"] },
  authorization_code: { issue: authorizationCode, needs: ["code", "redirect_uri"] },
  refresh_token: { issue: refreshToken, needs: ["refresh_token"] },
};

/** POST /oauth/token */
export async function token(core, request, reply) {
  const form = readForm(request);
  if (form.grant_type === undefined) throw missing("grant_type");
  const grant = Object.hasOwn(GRANTS, form.grant_type) && GRANTS[form.grant_type];
  if (!grant) throw new OAuthError(400, "unsupported_grant_type", "Grant type not supported");
  for (const name of grant.needs) if (form[name] === undefined) throw missing(name);
  const client = await authenticateClient(core, request, form);
  if (!client.grant_types.includes(form.grant_type)) throw notAllowed(form.grant_type);
  const body = await grant.issue({ core, request, reply, form, client });
  reply.header("cache-control", "no-store").header("pragma", "no-cache");
  return body;
}

function notAllowed(type) {
  return new OAuthError(
    403,
    "unauthorized_client",
    `Grant type '${type}' not allowed for the client.`,
    {
      error_uri: "https://auth0.com/docs/clients/client-grant-types",
    },
  );
}

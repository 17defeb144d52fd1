import { OAuthError } from "../errors.js";
import { authorizationCode } from "./authorization-code.js";
import { authenticateClient, missingParameter } from "./client-auth.js";
import { clientCredentials } from "./client-credentials.js";
import { readForm } from "./form.js";
import { refreshToken } from "./refresh-token.js";

/** @import { Context, Fields } from "../http.js" */
/** @import { Client } from "../store/model.js" */

/**
 * A request for tokens, from an authenticated client.
 * @typedef {Context & { form: Fields, client: Client }} TokenRequest
 */

/**
 * @typedef {object} GrantType
 * @property {(tokenRequest: TokenRequest) => Promise<object>} issue
 * @property {string[]} required parameters
 */

/** @type {Record<string, GrantType>} */
const GRANT_TYPES = {
  client_credentials: { issue: clientCredentials, required: ["audience"] },
  authorization_code: { issue: authorizationCode, required: ["code"] },
  refresh_token: { issue: refreshToken, required: ["refresh_token"] },
};

/**
 * POST /oauth/token
 * @param {Context} context
 */
export async function token(context) {
  const { core, request, reply } = context;
  const form = readForm(request);
  const { grant_type: type } = form;
  if (type === undefined) throw missingParameter("grant_type");
  if (!Object.hasOwn(GRANT_TYPES, type)) {
    throw new OAuthError(400, "unsupported_grant_type", "Grant type not supported");
  }
  const { issue, required } = GRANT_TYPES[type];
  for (const name of required) if (form[name] === undefined) throw missingParameter(name);
  const client = await authenticateClient(core, request, form);
  if (!client.grant_types.includes(type)) throw grantNotAllowed(type);
  const body = await issue({ ...context, form, client });
  reply.header("cache-control", "no-store").header("pragma", "no-cache");
  return body;
}

/** @param {string} type */
function grantNotAllowed(type) {
  return new OAuthError(
    403,
    "unauthorized_client",
    `Grant type '${type}' not allowed for the client.`,
    {
      error_uri: "https://auth0.com/docs/clients/client-grant-types",
    },
  );
}

import { parseBody } from "../body.js";
import { ApiError, OAuthError } from "../errors.js";
import { authenticateClient, missing } from "./client-auth.js";
import { clientCredentials } from "./client-credentials.js";

const GRANTS = {
  client_credentials: clientCredentials,
};

/** POST /oauth/token */
export async function token(core, request, reply) {
  const form = readForm(request);
  if (form.grant_type === undefined) throw missing("grant_type");
  const grant = Object.hasOwn(GRANTS, form.grant_type) && GRANTS[form.grant_type];
  if (!grant) throw new OAuthError(400, "unsupported_grant_type", "Grant type not supported");
  const client = await authenticateClient(core, request, form);
  if (!client.grant_types.includes(form.grant_type)) throw notAllowed(form.grant_type);
  const body = await grant({ core, request, reply, form, client });
  reply.header("cache-control", "no-store").header("pragma", "no-cache");
  return body;
}

/** Form or JSON; every value a string. */
export function readForm(request) {
  const body = readBody(request);
  for (const [name, value] of Object.entries(body)) {
    if (typeof value !== "string") {
      throw new OAuthError(400, "invalid_request", `Parameter ${name} must be a string`);
    }
  }
  return body;
}

function readBody(request) {
  try {
    const body = parseBody(request.body, request.headers["content-type"]) ?? {};
    if (typeof body === "object" && body !== null && !Array.isArray(body)) return body;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
  throw new OAuthError(400, "invalid_request", "The request body could not be read");
}

function notAllowed(type) {
  return new OAuthError(403, "unauthorized_client", `Grant type '${type}' not allowed for the client.`, {
    error_uri: "https://auth0.com/docs/clients/client-grant-types",
  });
}

import { ASSERTION_ALGORITHMS } from "./client-assertion.js";

/** @import { Context } from "../http.js" */

const SCOPES = "openid profile offline_access email phone";
const CLAIMS =
  "aud auth_time email email_verified exp family_name given_name iat iss name nickname phone_number picture sub";

/**
 * GET /.well-known/openid-configuration: only what the emulator implements, so that programs do not call an
 * endpoint that is not there. Auth0 advertises more, but not everything that it implements: `web_message` and
 * the claim `sid` are missing there, too.
 * @param {Context} context
 */
export function discovery({ core, request }) {
  const issuer = core.issuerFor(request);
  const at = (/** @type {string} */ path) => issuer + path;
  return {
    issuer,
    authorization_endpoint: at("authorize"),
    token_endpoint: at("oauth/token"),
    userinfo_endpoint: at("userinfo"),
    jwks_uri: at(".well-known/jwks.json"),
    revocation_endpoint: at("oauth/revoke"),
    end_session_endpoint: at("oidc/logout"),
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    scopes_supported: SCOPES.split(" "),
    response_types_supported: [
      "code",
      "token",
      "id_token",
      "code token",
      "code id_token",
      "token id_token",
      "code token id_token",
    ],
    response_modes_supported: ["query", "fragment", "form_post"],
    code_challenge_methods_supported: core.quirks.plainPkce ? ["S256", "plain"] : ["S256"],
    subject_types_supported: ["public"],
    token_endpoint_auth_methods_supported: [
      "client_secret_basic",
      "client_secret_post",
      "private_key_jwt",
    ],
    token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    id_token_signing_alg_values_supported: ["RS256"],
    claims_supported: CLAIMS.split(" "),
    request_uri_parameter_supported: false,
    request_parameter_supported: false,
  };
}

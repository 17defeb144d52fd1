/** @import { Context } from "../http.js" */

const SCOPES =
  "openid profile offline_access name given_name family_name nickname email email_verified picture created_at identities phone address";
const CLAIMS =
  "aud auth_time created_at email email_verified exp family_name given_name iat identities iss name nickname phone_number picture sub";

/**
 * GET /.well-known/openid-configuration
 * @param {Context} context
 */
export function discovery({ core, request }) {
  const issuer = core.issuerFor(request);
  const at = (/** @type {string} */ path) => issuer + path;
  return {
    issuer,
    authorization_endpoint: at("authorize"),
    token_endpoint: at("oauth/token"),
    device_authorization_endpoint: at("oauth/device/code"),
    userinfo_endpoint: at("userinfo"),
    mfa_challenge_endpoint: at("mfa/challenge"),
    jwks_uri: at(".well-known/jwks.json"),
    registration_endpoint: at("oidc/register"),
    revocation_endpoint: at("oauth/revoke"),
    end_session_endpoint: at("oidc/logout"),
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
    code_challenge_methods_supported: ["S256", "plain"],
    subject_types_supported: ["public"],
    token_endpoint_auth_methods_supported: [
      "client_secret_basic",
      "client_secret_post",
      "private_key_jwt",
    ],
    token_endpoint_auth_signing_alg_values_supported: ["RS256", "RS384", "PS256"],
    id_token_signing_alg_values_supported: ["HS256", "RS256", "PS256"],
    claims_supported: CLAIMS.split(" "),
    request_uri_parameter_supported: false,
    request_parameter_supported: false,
  };
}

import { OAuthError } from "../errors.js";
import { peek } from "../tokens.js";
import { isValidAssertion } from "./client-assertion.js";

/** @import { Core } from "../core.js" */
/** @import { Fields, Request } from "../http.js" */
/** @import { Client, ClientAuthenticationMethod } from "../store/model.js" */

/**
 * What a request authenticates with: a secret, an assertion, or nothing.
 * @typedef {object} Credentials
 * @property {ClientAuthenticationMethod} method
 * @property {string | undefined} clientId
 * @property {string} [secret]
 * @property {string} [assertion]
 * @property {string} [type] of the assertion
 */

/**
 * The client that calls the token endpoint, authenticated by the method configured for it.
 * @param {Core} core
 * @param {Request} request
 * @param {Fields} form
 */
export async function authenticateClient(core, request, form) {
  const given = readCredentials(request, form);
  const client = core.store.clients.get(given.clientId);
  if (!client || !isMethodAllowed(core, client, given.method)) throw unauthorized(core);
  if (!(await isAuthentic(core, client, given))) throw unauthorized(core);
  return client;
}

/**
 * Auth0 documents one method per application, yet accepts a secret in the body or in the header.
 * @param {Core} core
 * @param {Client} client
 * @param {ClientAuthenticationMethod} method
 */
function isMethodAllowed({ quirks }, { token_endpoint_auth_method: configured }, method) {
  if (method === configured) return true;
  return (
    !quirks.oneSecretMethod && [method, configured].every((one) => one.startsWith("client_secret_"))
  );
}

/**
 * @param {Request} request
 * @param {Fields} form
 * @returns {Credentials}
 */
function readCredentials(request, form) {
  const basic = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? "");
  const proofs = [basic, form.client_secret, form.client_assertion];
  if (proofs.filter((proof) => proof !== undefined && proof !== null).length > 1) {
    throw new OAuthError(400, "invalid_request", "More than one way of client authentication");
  }
  if (basic) return { method: "client_secret_basic", ...parseBasic(basic[1]) };
  if (form.client_assertion !== undefined) {
    const assertion = form.client_assertion;
    return {
      method: "private_key_jwt",
      clientId: form.client_id ?? peek(assertion).sub,
      assertion,
      type: form.client_assertion_type,
    };
  }
  if (form.client_id === undefined) throw missingParameter("client_id");
  const method = form.client_secret === undefined ? "none" : "client_secret_post";
  return { method, clientId: form.client_id, secret: form.client_secret };
}

/**
 * RFC 6749 requires both halves to be form-encoded before they are joined.
 * @param {string} encoded
 */
function parseBasic(encoded) {
  const text = Buffer.from(encoded, "base64").toString();
  const colon = text.indexOf(":");
  return { clientId: formDecode(text.slice(0, colon)), secret: formDecode(text.slice(colon + 1)) };
}

/** @param {string} text */
function formDecode(text) {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/**
 * @param {Core} core
 * @param {Client} client
 * @param {Credentials} credentials
 */
function isAuthentic(core, client, { method, secret, assertion = "", type }) {
  if (method === "none") return true;
  if (method === "private_key_jwt") return isValidAssertion(core, client, assertion, type);
  return client.client_secret === secret;
}

/** @param {Core} core */
function unauthorized({ quirks }) {
  return quirks.invalidClient
    ? new OAuthError(401, "invalid_client", "Client authentication failed")
    : new OAuthError(401, "access_denied", "Unauthorized");
}

/** @param {string} name */
export function missingParameter(name) {
  return new OAuthError(400, "invalid_request", `Missing required parameter: ${name}`);
}

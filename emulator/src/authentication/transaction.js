import { OAuthError } from "../errors.js";
import { isEnabled } from "../store/store.js";
import { refuseOrganization } from "./organization.js";

/** @import { Core } from "../core.js" */
/** @import { Fields } from "../http.js" */
/** @import { Api, Client, Transaction } from "../store/model.js" */

/**
 * Each response type with its default response mode.
 * @type {Record<string, string>}
 */
const RESPONSE_TYPES = {
  code: "query",
  token: "fragment",
  id_token: "fragment",
  "code id_token": "fragment",
  "code token": "fragment",
  "id_token token": "fragment",
  "code id_token token": "fragment",
};
const RESPONSE_MODES = ["query", "fragment", "form_post", "web_message"];
const PROMPTS = ["none", "login", "consent", "select_account"];
const OIDC_SCOPES = ["openid", "profile", "email", "phone", "address", "offline_access"];

/** What a user may ask of the Management API, in every tenant. */
const CURRENT_USER_SCOPES = [
  "read:current_user",
  "update:current_user_identities",
  "create:current_user_metadata",
  "update:current_user_metadata",
  "delete:current_user_metadata",
  "create:current_user_device_credentials",
  "delete:current_user_device_credentials",
];

/**
 * The login that the parameters of `/authorize` ask for.
 * @param {Core} core
 * @param {Client} client
 * @param {Fields & { redirect_uri: string }} params
 * @returns {Transaction}
 */
export function readTransaction(core, client, params) {
  const responseType = normalize(params.response_type);
  checkResponse(client, params, responseType);
  checkChallenge(core, client, params, responseType);
  refuseOrganization(params);
  const scopes = readScopes(core, params);
  const { max_age: maxAge, connection } = params;
  return {
    id: core.ids.session(),
    createdAt: core.clock.now(),
    clientId: client.client_id,
    redirectUri: params.redirect_uri,
    responseTypes: responseType.split(" "),
    responseMode: responseModeOf(params),
    state: params.state,
    nonce: params.nonce,
    challenge: params.code_challenge,
    challengeMethod: params.code_challenge_method ?? "plain",
    audience: isUserinfo(core, params.audience) ? undefined : params.audience,
    scopes,
    prompts: readPrompts(params),
    maxAge: maxAge === undefined ? undefined : Number(maxAge),
    connection: knownConnection(core, client, connection),
    loginHint: params.login_hint,
  };
}

/**
 * How the callback receives its parameters: as the client asks, unless that is impossible. Then it
 * receives that error in the default way.
 * @param {Fields} params
 */
export function responseModeOf({ response_mode: mode, response_type: type }) {
  const usual = RESPONSE_TYPES[normalize(type)] ?? "query";
  return mode !== undefined && isPossible(mode, usual) ? mode : usual;
}

/**
 * What is in a query ends up in logs and histories, so it cannot contain tokens.
 * @param {string} mode
 * @param {string} usual the default of the response type
 */
const isPossible = (mode, usual) =>
  RESPONSE_MODES.includes(mode) && (mode !== "query" || usual === "query");

function normalize(type = "") {
  return type.split(" ").sort().join(" ");
}

/**
 * @param {Client} client
 * @param {Fields} params
 * @param {string} type
 */
function checkResponse(client, params, type) {
  if (!params.response_type) throw invalid("Missing required parameter: response_type");
  if (!Object.hasOwn(RESPONSE_TYPES, type)) {
    const text = `Unsupported response type: ${params.response_type}`;
    throw new OAuthError(400, "unsupported_response_type", text);
  }
  const { response_mode: mode } = params;
  if (mode !== undefined && mode !== responseModeOf(params)) {
    throw invalid(`Unsupported response mode for response type ${params.response_type}: ${mode}`);
  }
  const needed = type.includes("token") ? "implicit" : "authorization_code";
  if (!client.grant_types.includes(needed)) {
    throw new OAuthError(
      400,
      "unauthorized_client",
      `Grant type '${needed}' not allowed for the client.`,
    );
  }
  if (type.includes("id_token") && !params.nonce) {
    throw invalid("Missing required parameter: nonce");
  }
  if (params.max_age !== undefined && !/^\d{1,9}$/.test(params.max_age)) {
    throw invalid("max_age must be a number of seconds");
  }
}

/** @param {Fields} params */
function readPrompts({ prompt = "" }) {
  const prompts = prompt.split(" ").filter(Boolean);
  const unknown = prompts.find((one) => !PROMPTS.includes(one));
  if (unknown !== undefined) {
    throw invalid(`Unknown prompt: ${unknown}. It must be one of: ${PROMPTS.join(", ")}`);
  }
  if (prompts.includes("none") && prompts.length > 1) {
    throw invalid("The prompt none cannot be combined with others");
  }
  return prompts;
}

/**
 * @param {Core} core
 * @param {Client} client
 * @param {Fields} params
 * @param {string} type
 */
function checkChallenge(core, client, params, type) {
  const { code_challenge: challenge, code_challenge_method: method } = params;
  if (challenge === undefined) {
    if (method !== undefined) throw invalid("Parameter 'code_challenge' is required");
    const isPublic = client.token_endpoint_auth_method === "none";
    if (isPublic && type.includes("code")) throw invalid("Parameter 'code_challenge' is required");
    return;
  }
  const methods = core.quirks.plainPkce ? ["S256", "plain"] : ["S256"];
  if (!methods.includes(method ?? "plain")) {
    throw invalid(`Parameter 'code_challenge_method' must be one of: ${methods.join(", ")}`);
  }
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(challenge)) throw invalid("Invalid code_challenge");
}

/**
 * The requested scopes that can be granted.
 * @param {Core} core
 * @param {Fields} params
 */
function readScopes(core, { scope = "openid", audience }) {
  const requested = [...new Set(scope.split(" ").filter(Boolean))];
  if (requested.includes("online_access") && requested.includes("offline_access")) {
    throw invalid("Cannot request both online_access and offline_access scopes");
  }
  if (audience === undefined || isUserinfo(core, audience))
    return requested.filter((one) => OIDC_SCOPES.includes(one));
  const api = core.store.apis.get(audience);
  if (!api) throw new OAuthError(403, "access_denied", `Service not found: ${audience}`);
  const offered = api.identifier === core.audience ? currentUserScopes(api) : api.scopes;
  return requested.filter((one) => OIDC_SCOPES.includes(one) || offered.includes(one));
}

/**
 * The audience of `/userinfo`, which needs no API: its token is the same as without an audience.
 * @param {Core} core
 * @param {string | undefined} audience
 */
function isUserinfo(core, audience) {
  return [core.issuer, ...core.customIssuers].some((issuer) => `${issuer}userinfo` === audience);
}

/**
 * A user's token for the Management API gives access to that user only.
 * @param {Api} api
 */
function currentUserScopes(api) {
  return [...api.scopes, ...CURRENT_USER_SCOPES].filter((scope) => scope.includes("current_user"));
}

/**
 * @param {Core} core
 * @param {Client} client
 * @param {string | undefined} name
 */
function knownConnection(core, client, name) {
  if (name === undefined) return undefined;
  if (!core.store.connections.has(name)) throw invalid("the connection was not found");
  if (!isEnabled(client, name)) {
    throw new OAuthError(400, "access_denied", "the connection is not enabled");
  }
  return name;
}

/** @param {string} description */
function invalid(description) {
  return new OAuthError(400, "invalid_request", description);
}

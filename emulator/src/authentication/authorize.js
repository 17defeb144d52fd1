import { OAuthError, PageError } from "../errors.js";
import { isEnabled } from "../store.js";
import { finishLogin } from "./finish.js";
import { isAllowedRedirect, respond } from "./redirects.js";
import { isGoodEnough, loginPath, readCookieSession } from "./sso.js";

const RESPONSE_TYPES = {
  code: "query",
  token: "fragment",
  id_token: "fragment",
  "code id_token": "fragment",
  "code token": "fragment",
  "id_token token": "fragment",
  "code id_token token": "fragment",
};
const RESPONSE_MODES = ["query", "fragment", "form_post"];
const OIDC_SCOPES = ["openid", "profile", "email", "phone", "address", "offline_access"];

/** GET or POST /authorize */
export function authorize(core, request, reply, params) {
  const client = core.store.clients.get(params.client_id);
  if (!client)
    throw new PageError(400, "Oops!, something went wrong", `Unknown client: ${params.client_id}`);
  const { redirect_uri: redirectUri } = params;
  if (!redirectUri || !isAllowedRedirect(client.callbacks, redirectUri)) {
    throw new PageError(
      403,
      "Callback URL mismatch.",
      `The provided redirect_uri is not in the list of allowed callback URLs: ${redirectUri}`,
    );
  }
  try {
    return begin(core, request, reply, readTransaction(core, client, params));
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return respond(reply, redirectUri, { ...error.body, state: params.state }, modeOf(params));
  }
}

function modeOf(params) {
  const { response_mode: mode, response_type: type } = params;
  return RESPONSE_MODES.includes(mode) ? mode : (RESPONSE_TYPES[normalise(type)] ?? "query");
}

function normalise(type = "") {
  return type.split(" ").sort().join(" ");
}

function readTransaction(core, client, params) {
  const responseType = normalise(params.response_type);
  checkResponse(client, params, responseType);
  checkChallenge(core, client, params, responseType);
  const scopes = readScopes(core, params);
  const { max_age: maxAge, prompt = "", connection } = params;
  return {
    id: core.ids.session(),
    createdAt: core.clock.now(),
    clientId: client.client_id,
    redirectUri: params.redirect_uri,
    responseTypes: responseType.split(" "),
    responseMode: modeOf(params),
    state: params.state,
    nonce: params.nonce,
    challenge: params.code_challenge,
    challengeMethod: params.code_challenge_method ?? "plain",
    audience: params.audience,
    scopes,
    prompts: prompt.split(" ").filter(Boolean),
    maxAge: maxAge === undefined ? undefined : Number(maxAge),
    connection: knownConnection(core, client, connection),
    loginHint: params.login_hint,
    idTokenHint: params.id_token_hint,
  };
}

function checkResponse(client, params, type) {
  if (!params.response_type) throw invalid("Missing required parameter: response_type");
  if (!Object.hasOwn(RESPONSE_TYPES, type)) {
    const text = `Unsupported response type: ${params.response_type}`;
    throw new OAuthError(400, "unsupported_response_type", text);
  }
  const needed = type.includes("token") ? "implicit" : "authorization_code";
  if (!client.grant_types.includes(needed)) {
    throw new OAuthError(
      400,
      "unauthorized_client",
      `Grant type '${needed}' not allowed for the client.`,
    );
  }
  if (type.includes("id_token") && !params.nonce)
    throw invalid("Missing required parameter: nonce");
  if (params.max_age !== undefined && !/^\d{1,9}$/.test(params.max_age)) {
    throw invalid("max_age must be a number of seconds");
  }
}

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

function readScopes(core, { scope = "openid", audience }) {
  const asked = [...new Set(scope.split(" ").filter(Boolean))];
  if (asked.includes("online_access") && asked.includes("offline_access")) {
    throw invalid("Cannot request both online_access and offline_access scopes");
  }
  if (audience === undefined) return asked.filter((one) => OIDC_SCOPES.includes(one));
  const api = core.store.apis.get(audience);
  if (!api) throw new OAuthError(403, "access_denied", `Service not found: ${audience}`);
  const offered = api.identifier === core.audience ? ownScopes(api) : api.scopes;
  return asked.filter((one) => OIDC_SCOPES.includes(one) || offered.includes(one));
}

/** A person's token for the Management API reaches that person only. */
function ownScopes(api) {
  return [...api.scopes, "read:current_user", "update:current_user_identities"].filter((scope) =>
    scope.includes("current_user"),
  );
}

function knownConnection(core, client, name) {
  if (name === undefined) return undefined;
  if (!core.store.connections.has(name)) throw invalid("the connection was not found");
  if (!isEnabled(client, name)) {
    throw new OAuthError(400, "access_denied", "the connection is not enabled");
  }
  return name;
}

function invalid(description) {
  return new OAuthError(400, "invalid_request", description);
}

/** Either there is a session good enough, or a person has to act. */
function begin(core, request, reply, transaction) {
  const { prompts } = transaction;
  const session = readCookieSession(core, request);
  const isGood = session !== undefined && isGoodEnough(core, transaction, session);
  const asksConsent = prompts.includes("consent");
  if (isGood && !asksConsent) {
    return finishLogin(core, request, reply, transaction, session);
  }
  if (prompts.includes("none")) {
    throw new OAuthError(400, "login_required", "Login required");
  }
  core.store.transactions.set(transaction.id, transaction);
  return reply.redirect(isGood ? `/u/consent?state=${transaction.id}` : loginPath(transaction));
}

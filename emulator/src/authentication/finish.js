import { OAuthError } from "../errors.js";
import { respond } from "./redirects.js";
import { join } from "./sso.js";
import { accessToken, hashOf, idToken } from "./user-tokens.js";

/** @import { Core } from "../core.js" */
/** @import { Context, Reply } from "../http.js" */
/** @import { Grant, Session, Transaction } from "../store/model.js" */

/** @typedef {Context & { transaction: Transaction }} Login */

const CODE_LIFETIME = 60_000;

/**
 * Sends the result of a successful login to the callback.
 * @param {Login} login
 * @param {Session} session
 */
export async function finishLogin({ core, request, reply, transaction }, session) {
  core.store.transactions.delete(transaction.id);
  const user = core.store.users.get(session.user_id);
  if (!user || user.blocked)
    return failLogin(reply, transaction, "unauthorized", "user is blocked");
  join({ core, request, reply }, session, transaction.clientId);
  const grant = {
    clientId: transaction.clientId,
    userId: user.user_id,
    sessionId: session.id,
    // No token outlives a delegated session.
    scopes: transaction.scopes.filter((scope) => !session.actor || scope !== "offline_access"),
    actor: session.actor,
    audience: transaction.audience,
    nonce: transaction.nonce,
    authTime: authTime(transaction, session),
    issuer: core.issuerFor(request),
  };
  let params;
  try {
    params = await callbackParams(core, transaction, grant);
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return failLogin(reply, transaction, error.body.error, error.message);
  }
  return respond(reply, transaction, { ...params, state: transaction.state });
}

/**
 * `auth_time` proves a fresh login, so only a request that demanded one gets it.
 * @param {Transaction} transaction
 * @param {Session} session
 */
function authTime({ maxAge, prompts }, { authenticated_at: date }) {
  if (maxAge === undefined && !prompts.includes("login")) return undefined;
  return Math.floor(Date.parse(String(date)) / 1000);
}

/**
 * @param {Core} core
 * @param {Transaction} transaction
 * @param {Grant} grant
 */
async function callbackParams(core, transaction, grant) {
  const types = transaction.responseTypes;
  const code = types.includes("code") ? issueCode(core, transaction, grant) : undefined;
  const access = types.includes("token") ? await accessToken(core, grant) : undefined;
  const params = { ...(code && { code }), ...access };
  if (!types.includes("id_token")) return params;
  const hashes = {
    ...(code && { c_hash: hashOf(code) }),
    ...(access && { at_hash: hashOf(access.access_token) }),
  };
  return { ...params, id_token: await idToken(core, grant, hashes) };
}

/**
 * @param {Core} core
 * @param {Transaction} transaction
 * @param {Grant} grant
 */
function issueCode(core, { redirectUri, challenge, challengeMethod }, grant) {
  const code = core.ids.code();
  const expiresAt = core.clock.now() + CODE_LIFETIME;
  core.store.codes.set(code, { ...grant, redirectUri, challenge, challengeMethod, expiresAt });
  return code;
}

/**
 * Sends an error to the callback.
 * @param {Reply} reply
 * @param {Transaction} transaction
 * @param {string} error
 * @param {string} description
 */
export function failLogin(reply, transaction, error, description) {
  const { body } = new OAuthError(400, error, description);
  return respond(reply, transaction, { ...body, state: transaction.state });
}

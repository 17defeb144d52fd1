import { OAuthError } from "../errors.js";
import { respond } from "./redirects.js";
import { touch } from "./sso.js";
import { accessToken, hashOf, idToken } from "./user-tokens.js";

const CODE_LIFETIME = 60_000;

/** Everybody agreed: the answer goes to the callback. */
export async function finishLogin(core, request, reply, transaction, session) {
  const { redirectUri, responseMode, responseTypes, state } = transaction;
  core.store.transactions.delete(transaction.id);
  const user = core.store.users.get(session.user_id);
  if (user.blocked) return fail(reply, transaction, "unauthorized", "user is blocked");
  touch(core, session, transaction.clientId);
  const grant = {
    clientId: transaction.clientId,
    userId: user.user_id,
    sessionId: session.id,
    scopes: transaction.scopes,
    audience: transaction.audience,
    nonce: transaction.nonce,
    authTime: authTime(transaction, session),
    issuer: core.issuerFor(request),
  };
  const params = await answer(core, transaction, grant, responseTypes);
  return respond(reply, redirectUri, { ...params, state }, responseMode);
}

/** `auth_time` proves a fresh login, so only a request that demanded one gets it. */
function authTime({ maxAge, prompts }, session) {
  if (maxAge === undefined && !prompts.includes("login")) return undefined;
  return Math.floor(Date.parse(session.authenticated_at) / 1000);
}

async function answer(core, transaction, grant, types) {
  const params = {};
  if (types.includes("code")) params.code = issueCode(core, transaction, grant);
  if (types.includes("token")) Object.assign(params, await accessToken(core, grant));
  if (types.includes("id_token")) {
    const hashes = {
      ...(params.code && { c_hash: hashOf(params.code) }),
      ...(params.access_token && { at_hash: hashOf(params.access_token) }),
    };
    params.id_token = await idToken(core, grant, hashes);
  }
  return params;
}

function issueCode(core, transaction, grant) {
  const code = core.ids.code();
  core.store.codes.set(code, {
    ...grant,
    redirectUri: transaction.redirectUri,
    challenge: transaction.challenge,
    challengeMethod: transaction.challengeMethod,
    expiresAt: core.clock.now() + CODE_LIFETIME,
  });
  return code;
}

export function fail(reply, transaction, error, description) {
  const { body } = new OAuthError(400, error, description);
  const { redirectUri, state, responseMode } = transaction;
  return respond(reply, redirectUri, { ...body, state }, responseMode);
}

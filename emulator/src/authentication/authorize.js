import { OAuthError, PageError } from "../errors.js";
import { isAllowedRedirect } from "./allow-list.js";
import { openDelegatedSession, sessionDetails, takeTransferToken } from "./delegation.js";
import { finishLogin } from "./finish.js";
import { readIdTokenHint } from "./id-token-hint.js";
import { redirectTo, respond } from "./redirects.js";
import { consentPath, isGoodEnough, loginPath, readCookieSession } from "./sso.js";
import { readTransaction, responseModeOf } from "./transaction.js";
import { needsConsent } from "./user-grants.js";
import { checkWebOrigin } from "./web-message.js";

/** @import { Core } from "../core.js" */
/** @import { Context, Fields } from "../http.js" */
/** @import { Client, Session, Transaction } from "../store/model.js" */

/**
 * GET or POST /authorize. Errors go to the callback, unless it is not an allowed one.
 * @param {Context} context
 * @param {Fields} params
 */
export async function authorize(context, params) {
  const { core, reply } = context;
  const client = core.store.clients.get(params.client_id);
  if (!client) {
    throw new PageError(400, "Oops!, something went wrong", `Unknown client: ${params.client_id}`);
  }
  const { redirect_uri: redirectUri } = params;
  if (!redirectUri || !isAllowedRedirect(client.callbacks, redirectUri)) {
    throw new PageError(
      403,
      "Callback URL mismatch.",
      `The provided redirect_uri is not in the list of allowed callback URLs: ${redirectUri}. ${howToAllow(core, client, redirectUri)}`,
    );
  }
  const responseMode = responseModeOf(params);
  if (responseMode === "web_message") checkWebOrigin(client, redirectUri);
  try {
    const transaction = {
      ...readTransaction(core, client, { ...params, redirect_uri: redirectUri }),
      hintedUser: await userOf(context, params.id_token_hint, client.client_id),
    };
    const transfer = takeTransferToken(core, params.session_transfer_token);
    return transfer
      ? finishLogin(
          { ...context, transaction },
          openDelegatedSession(context, transaction, transfer),
        )
      : begin(context, transaction);
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return respond(reply, { redirectUri, responseMode }, { ...error.body, state: params.state });
  }
}

/**
 * The user whom an `id_token_hint` names, if there is one; null if it is not valid.
 * @param {Context} context
 * @param {string | undefined} hint
 * @param {string} clientId
 */
async function userOf({ core, request }, hint, clientId) {
  if (hint === undefined) return undefined;
  const issuer = core.issuerFor(request);
  return (await readIdTokenHint(core, hint, { issuer, clientId }))?.sub ?? null;
}

/**
 * Which setting of the emulator allows a callback.
 * @param {Core} core
 * @param {Client} client
 * @param {string | undefined} redirectUri
 */
function howToAllow(core, client, redirectUri = "<url>") {
  if (client.client_id !== core.options.clientId) {
    return `Add it to the callbacks of the client ${client.client_id}, in the seed or in addClient.`;
  }
  const option = `startTenant({ callbacks: [${JSON.stringify(redirectUri)}] })`;
  return `Allow it with ${option}, or with --callback ${redirectUri} on the command line.`;
}

/**
 * Finishes the login if the browser's session is good enough, otherwise sends the user to a page.
 * @param {Context} context
 * @param {Transaction} transaction
 */
function begin(context, transaction) {
  const { core, request, reply } = context;
  const { id, prompts } = transaction;
  const session = readCookieSession(core, request);
  const isSilent = prompts.includes("none");
  const problem = problemOf(context, transaction, session);
  if (isSilent) logSilent(context, transaction, session, problem?.message);
  if (session && !problem) return finishLogin({ ...context, transaction }, session);
  if (isSilent && problem) throw problem;
  const isGood = problem?.body.error === "consent_required";
  if (isGood && session?.actor) {
    throw new OAuthError(400, "interaction_required", "A delegated session has no prompts");
  }
  core.store.transactions.set(id, transaction);
  return redirectTo(reply, isGood ? consentPath(transaction) : loginPath(transaction));
}

/**
 * Why a person is needed, if one is.
 * @param {Context} context
 * @param {Transaction} transaction
 * @param {Session | undefined} session
 */
function problemOf(context, transaction, session) {
  if (!session || !isGoodEnough(context.core, transaction, session)) {
    return new OAuthError(400, "login_required", "Login required");
  }
  const isAsked = transaction.prompts.includes("consent");
  return isAsked || needsConsent(context, transaction, session.user_id)
    ? new OAuthError(400, "consent_required", "Consent required")
    : undefined;
}

/**
 * Records whether a request without a prompt succeeded. Those of delegated sessions have codes of their
 * own.
 * @param {Context} context
 * @param {Transaction} transaction
 * @param {Session | undefined} session
 * @param {string | undefined} problem
 */
function logSilent({ core, request }, { clientId }, session, problem) {
  const outcome = problem === undefined ? "s" : "f";
  const event = {
    user_id: session?.user_id,
    client_id: clientId,
    ...(problem !== undefined && { description: problem }),
    ...(session && { details: sessionDetails(session) }),
  };
  core.log(`${outcome}${session?.actor ? "delsa" : "sa"}`, event, request);
}

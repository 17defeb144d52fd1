import { OAuthError, PageError } from "../errors.js";
import { isAllowedRedirect } from "./allow-list.js";
import { finishLogin } from "./finish.js";
import { respond } from "./redirects.js";
import { consentPath, isGoodEnough, loginPath, readCookieSession } from "./sso.js";
import { readTransaction, responseModeOf } from "./transaction.js";
import { needsConsent } from "./user-grants.js";
import { checkWebOrigin } from "./web-message.js";

/** @import { Core } from "../core.js" */
/** @import { Context, Fields } from "../http.js" */
/** @import { Client, Transaction } from "../store/model.js" */

/**
 * GET or POST /authorize. Errors go to the callback, unless it is not an allowed one.
 * @param {Context} context
 * @param {Fields} params
 */
export function authorize(context, params) {
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
    return begin(context, readTransaction(core, client, { ...params, redirect_uri: redirectUri }));
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return respond(reply, { redirectUri, responseMode }, { ...error.body, state: params.state });
  }
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
  const isGood = session !== undefined && isGoodEnough(core, transaction, session);
  const asksConsent =
    isGood && (prompts.includes("consent") || needsConsent(context, transaction, session.user_id));
  if (isGood && !asksConsent) return finishLogin({ ...context, transaction }, session);
  if (prompts.includes("none")) {
    throw isGood
      ? new OAuthError(400, "consent_required", "Consent required")
      : new OAuthError(400, "login_required", "Login required");
  }
  core.store.transactions.set(id, transaction);
  return reply.redirect(isGood ? consentPath(transaction) : loginPath(transaction));
}

import { finishLogin } from "../authentication/finish.js";
import { redirectTo } from "../authentication/redirects.js";
import { isGoodEnough, loginPath, readCookieSession } from "../authentication/sso.js";
import { recordGrant } from "../authentication/user-grants.js";
import { button, form, hidden, page, sendPage } from "./html.js";
import { cancelLogin, loginOf } from "./transactions.js";

/** @import { Context, Fields } from "../http.js" */

/**
 * GET /u/consent
 * @param {Context} context
 */
export function showConsent(context) {
  const { core, reply, transaction } = loginOf(context, context.request.query.state);
  const client = core.store.clients.get(transaction.clientId);
  const fields = hidden({ state: transaction.id });
  const submit = button("Accept") + button("Decline", { value: "cancel", quiet: true });
  const title = `Authorize ${client?.name}`;
  return sendPage(reply, 200, page(title, form("/u/consent", fields + submit)));
}

/**
 * POST /u/consent
 * @param {Context} context
 * @param {Fields} fields
 */
export function submitConsent(context, { state, action }) {
  const login = loginOf(context, state);
  const { core, request, reply, transaction } = login;
  if (action === "cancel") return cancelLogin(login);
  const session = readCookieSession(core, request);
  const isMeant =
    session?.id === transaction.signedIn || (session && isGoodEnough(core, transaction, session));
  if (!session || !isMeant) {
    return redirectTo(reply, loginPath(transaction));
  }
  const { clientId, scopes, audience = `${core.issuerFor(request)}userinfo` } = transaction;
  recordGrant(core, { userId: session.user_id, clientId, audience, scopes });
  return finishLogin(login, session);
}

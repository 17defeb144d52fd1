import { failLogin, finishLogin } from "../authentication/finish.js";
import { redirectTo } from "../authentication/redirects.js";
import { consentPath, openSession } from "../authentication/sso.js";
import { needsConsent } from "../authentication/user-grants.js";
import { PageError } from "../errors.js";

/** @import { Login } from "../authentication/finish.js" */
/** @import { Core } from "../core.js" */
/** @import { Context } from "../http.js" */
/** @import { Session, Transaction, User } from "../store/model.js" */

const TRANSACTION_LIFETIME = 3_600_000;

/**
 * Finds the login that a page belongs to, by the `state` of the page.
 * @param {Context} context
 * @param {string | undefined} state
 * @returns {Login}
 */
export function loginOf(context, state) {
  const { clock, store } = context.core;
  const transaction = store.transactions.get(state);
  if (transaction && clock.now() - transaction.createdAt < TRANSACTION_LIFETIME) {
    return { ...context, transaction };
  }
  const text = `No login has this state: it ended, is older than an hour, or never began at /authorize.`;
  throw new PageError(400, "Invalid state", text);
}

/** @param {Login} login */
export function cancelLogin({ core, reply, transaction }) {
  core.store.transactions.delete(transaction.id);
  return failLogin(reply, transaction, "access_denied", "User did not authorize the request");
}

/**
 * Signs a user in: opens a session, updates the user, writes the log and returns to the callback.
 * @param {Login} login
 * @param {User} user
 * @param {string} method how the user authenticated: `pwd` or `federated`
 */
export function completeLogin(login, user, method) {
  const { core, request, reply, transaction } = login;
  if (user.blocked) {
    const description = "user is blocked";
    const { user_id, email: user_name } = user;
    const event = { user_id, user_name, client_id: transaction.clientId, description };
    core.log("f", event, request);
    return failLogin(reply, transaction, "unauthorized", description);
  }
  const session = openSession(login, { user, clientId: transaction.clientId, method });
  user.last_login = core.clock.iso();
  user.last_ip = request.ip;
  user.logins_count = (user.logins_count ?? 0) + 1;
  core.log("s", logFields(core, transaction, user, session), request);
  if (!needsConsent(login, transaction, user.user_id)) return finishLogin(login, session);
  transaction.signedIn = session.id;
  return redirectTo(reply, consentPath(transaction));
}

/**
 * @param {Core} core
 * @param {Transaction} transaction
 * @param {User} user
 * @param {Session} session
 */
function logFields(core, { clientId, connection }, user, session) {
  const name = connection ?? user.identities[0].connection;
  const { id, strategy } = core.store.connections.get(name) ?? {};
  return {
    user_id: user.user_id,
    user_name: user.email ?? user.name,
    client_id: clientId,
    connection: name,
    connection_id: id,
    strategy,
    strategy_type: strategy === "auth0" ? "database" : "social",
    details: { session_id: session.id },
  };
}

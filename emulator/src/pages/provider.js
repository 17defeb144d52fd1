import { PageError } from "../errors.js";
import { escapeHtml } from "../html-text.js";
import { completeUser } from "../store/rows.js";
import { chosenProvider, labelOf } from "./connections.js";
import { button, field, form, hidden, page, problem, sendPage } from "./html.js";
import { cancelLogin, completeLogin, loginOf } from "./transactions.js";

/** @import { Login } from "../authentication/finish.js" */
/** @import { Core } from "../core.js" */
/** @import { Context, Fields } from "../http.js" */
/** @import { Connection } from "../store/model.js" */

/**
 * The identity provider's side of a login: choose one of its accounts, create one, or refuse.
 * @param {Login} login
 * @param {Connection} connection
 * @param {string} [message]
 */
export function showProvider({ core, reply, transaction }, connection, message) {
  const state = hidden({ state: transaction.id, connection: connection.name });
  const accounts = accountsOf(core, connection)
    .map(({ id, title }) =>
      form("/u/idp", state + button(title, { name: "account", value: id, quiet: true })),
    )
    .join("");
  const fresh = form(
    "/u/idp",
    `${state}${field("email", "Another account", { type: "email" })}${button("Sign in", { value: "new" })}`,
  );
  const deny = form("/u/idp", state + button("Deny", { value: "cancel", quiet: true }));
  const title = `Sign in with ${labelOf(connection)}`;
  const intro = `<p>Accounts at ${escapeHtml(labelOf(connection))}</p>`;
  return sendPage(
    reply,
    message ? 400 : 200,
    page(title, problem(message) + intro + accounts + fresh + deny),
  );
}

/**
 * @param {Core} core
 * @param {Connection} connection
 */
function accountsOf(core, { name, strategy }) {
  return core.store.users.values().flatMap((user) =>
    user.identities
      .filter((identity) => identity.connection === name && identity.provider === strategy)
      .map((identity) => ({
        id: String(identity.user_id),
        title: identity.profileData?.email ?? user.email ?? user.phone_number ?? user.user_id,
      })),
  );
}

/**
 * POST /u/login/provider: a person chose a provider on the login page.
 * @param {Context} context
 * @param {Fields} fields
 */
export function chooseProvider(context, { state, connection: name }) {
  const login = loginOf(context, state);
  const connection = chosenProvider(login, name);
  login.transaction.connection = connection.name;
  return showProvider(login, connection);
}

/**
 * POST /u/idp
 * @param {Context} context
 * @param {Fields} fields
 */
export function submitProvider(context, { state, connection: name, action, account, email = "" }) {
  const login = loginOf(context, state);
  const connection = chosenProvider(login, name);
  if (action === "cancel") return cancelLogin(login);
  login.transaction.connection = connection.name;
  if (account !== undefined) {
    const user = login.core.store.userByIdentity(connection.strategy, account);
    if (user) return completeLogin(login, user, "federated");
    const text = `${labelOf(connection)} has no account with the id ${account}.`;
    throw new PageError(400, "Unknown account", text);
  }
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) {
    return showProvider(login, connection, "Please enter an email address");
  }
  return completeLogin(login, signUp(login, connection, email), "federated");
}

/**
 * The first login with a provider's account creates the user.
 * @param {Login} login
 * @param {Connection} connection
 * @param {string} email
 */
function signUp({ core, request }, { name, strategy }, email) {
  const id = core.ids.hex(24);
  const userId = strategy === name ? `${strategy}|${id}` : `${strategy}|${name}|${id}`;
  const row = {
    user_id: userId,
    email,
    email_verified: true,
    connection: name,
    created_at: core.clock.iso(),
  };
  const user = core.store.users.set(completeUser(row, core));
  core.log("ss", { user_id: user.user_id, user_name: email, connection: name }, request);
  return user;
}

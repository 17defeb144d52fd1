import { forgetFailures, isBlockedHere, recordFailure } from "./attempts.js";
import { enabledConnections, isDatabase, labelOf } from "./connections.js";
import { forgotLink } from "./forgot.js";
import { button, field, form, hidden, page, problem, sendPage } from "./html.js";
import { accountsNamed, peopleWithPassword } from "./passwords.js";
import { showProvider } from "./provider.js";
import { cancelLogin, completeLogin, loginOf } from "./transactions.js";

/** @import { Login } from "../authentication/finish.js" */
/** @import { Context, Fields } from "../http.js" */

/**
 * GET /u/login
 * @param {Context} context
 */
export function showLogin(context) {
  const login = loginOf(context, context.request.query.state);
  const { core, reply, transaction } = login;
  const connection = core.store.connections.get(transaction.connection);
  if (connection && !isDatabase(connection)) return showProvider(login, connection);
  return sendPage(reply, 200, loginPage(login));
}

/**
 * @param {Login} login
 * @param {{ message?: string, username?: string }} [refused] what was wrong, and what was typed
 */
function loginPage(login, { message, username = login.transaction.loginHint } = {}) {
  const others = login.transaction.connection ? "" : providerButtons(login);
  const hasDatabase = enabledConnections(login).some(isDatabase);
  const content =
    problem(message) + (hasDatabase ? passwordForm(login.transaction.id, username) : "") + others;
  return page("Welcome", content, peopleCard(login));
}

/**
 * @param {string} state
 * @param {string} [username]
 */
function passwordForm(state, username) {
  const isNamed = Boolean(username);
  const name = { value: username, complete: "username", focus: !isNamed };
  const password = { type: "password", complete: "current-password", focus: isNamed };
  const fields =
    hidden({ state }) +
    field("username", "Email address", name) +
    field("password", "Password", password);
  const submit = button("Continue") + button("Cancel", { value: "cancel", quiet: true });
  return form("/u/login", fields + submit) + forgotLink(state);
}

/** @param {Login} login */
function providerButtons(login) {
  return enabledConnections(login)
    .filter((connection) => !isDatabase(connection))
    .map((connection) =>
      form(
        "/u/login/provider",
        hidden({ state: login.transaction.id, connection: connection.name }) +
          button(`Continue with ${labelOf(connection)}`, { quiet: true }),
      ),
    )
    .join("");
}

/**
 * Each button sends the same form as the page's own, so nothing can be done with it but sign in.
 * @param {Login} login
 */
function peopleCard(login) {
  const state = login.transaction.id;
  const buttons = peopleWithPassword(login).map(({ name, username, secret: password }) =>
    form(
      "/u/login",
      hidden({ state, username, password }) + button(name, { quiet: true, detail: username }),
    ),
  );
  if (buttons.length === 0) return "";
  return `<aside><h2>People in this tenant</h2><p>This is an emulator: choose one to sign in without typing.</p>${buttons.join("")}</aside>`;
}

/**
 * POST /u/login
 * @param {Context} context
 * @param {Fields} fields
 */
export function submitLogin(context, { state, action, username = "", password }) {
  const login = loginOf(context, state);
  if (action === "cancel") return cancelLogin(login);
  const named = accountsNamed(login, username);
  const accounts = named.filter((account) => !isBlockedHere(login, username, account));
  if (named.length > 0 && accounts.length === 0) {
    const message = "Your account has been blocked after multiple consecutive login attempts.";
    return sendPage(login.reply, 429, loginPage(login, { message, username }));
  }
  const found = accounts.find(({ secret }) => secret !== undefined && secret === password);
  if (found) {
    forgetFailures(login, named);
    return completeLogin(login, found.user, "pwd");
  }
  recordFailure(login, username, accounts);
  const refused = { message: "Wrong email or password", username };
  return sendPage(login.reply, 400, loginPage(login, refused));
}

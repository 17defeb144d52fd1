import { isEnabled } from "../store/store.js";
import { isBlockedHere, recordFailure } from "./attempts.js";
import { enabledConnections, isDatabase, labelOf } from "./connections.js";
import { button, field, form, hidden, page, problem, sendPage } from "./html.js";
import { showProvider } from "./provider.js";
import { cancelLogin, completeLogin, loginOf } from "./transactions.js";

/** @import { Login } from "../authentication/finish.js" */
/** @import { Context, Fields } from "../http.js" */
/** @import { Profile, Transaction, User } from "../store/model.js" */

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
 * @param {string} [message]
 */
function loginPage(login, message) {
  const { transaction } = login;
  const others = transaction.connection ? "" : providerButtons(login);
  const hasDatabase = enabledConnections(login).some(isDatabase);
  return page(
    "Welcome",
    problem(message) + (hasDatabase ? passwordForm(transaction) : "") + others,
  );
}

/** @param {Transaction} transaction */
function passwordForm({ id, loginHint }) {
  const fields =
    hidden({ state: id }) +
    field("username", "Email address", { value: loginHint, complete: "username" }) +
    field("password", "Password", { type: "password", complete: "current-password" });
  const submit = button("Continue") + button("Cancel", { value: "cancel", quiet: true });
  return form("/u/login", fields + submit);
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
 * POST /u/login
 * @param {Context} context
 * @param {Fields} fields
 */
export function submitLogin(context, { state, action, username = "", password }) {
  const login = loginOf(context, state);
  if (action === "cancel") return cancelLogin(login);
  if (isBlockedHere(login, username)) {
    const text = "Your account has been blocked after multiple consecutive login attempts.";
    return sendPage(login.reply, 429, loginPage(login, text));
  }
  const user = findByPassword(login, username, password);
  if (user) return completeLogin(login, user, "pwd");
  recordFailure(login, username);
  return sendPage(login.reply, 400, loginPage(login, "Wrong email or password"));
}

/**
 * Passwords belong to database identities, including linked ones.
 * @param {Login} login
 * @param {string} username
 * @param {string | undefined} password
 */
function findByPassword(login, username, password) {
  return login.core.store.users
    .values()
    .find((user) =>
      databaseProfiles(login, user).some(
        ({ names, secret }) =>
          names.includes(username.toLowerCase()) && secret !== undefined && secret === password,
      ),
    );
}

/**
 * The names and the password of each identity that may sign in here with a password.
 * @param {Login} login
 * @param {User} user
 */
function databaseProfiles({ core, transaction }, user) {
  const { clients, passwords } = core.store;
  const client = clients.get(transaction.clientId);
  return user.identities.flatMap((identity, index) => {
    const { provider, connection, user_id: id } = identity;
    if (provider !== "auth0" || !isEnabled(client, connection)) return [];
    if (transaction.connection && connection !== transaction.connection) return [];
    /** @type {Profile} */
    const { email, username } = index === 0 ? user : (identity.profileData ?? {});
    const names = [email?.toLowerCase(), username?.toLowerCase()];
    return [{ names, secret: passwords.get(`auth0|${id}`) }];
  });
}

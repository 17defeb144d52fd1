import { fail, finishLogin } from "../authentication/finish.js";
import { isGoodEnough, loginPath, openSession, readCookieSession } from "../authentication/sso.js";
import { PageError } from "../errors.js";
import { isEnabled } from "../store.js";
import { isBlockedHere, noteFailure } from "./attempts.js";
import { button, field, form, hidden, page, problem, sendPage } from "./html.js";
import { showProvider } from "./provider.js";

const TRANSACTION_LIFETIME = 3_600_000;
const LABELS = {
  "google-oauth2": "Google",
  github: "GitHub",
  windowslive: "Microsoft Account",
  apple: "Apple",
};

/** The login under way, by the `state` of its page. */
export function transactionOf(core, id) {
  const transaction = core.store.transactions.get(id);
  const isOpen = transaction && core.clock.now() - transaction.createdAt < TRANSACTION_LIFETIME;
  if (isOpen) return transaction;
  throw new PageError(400, "Invalid state", "This login has ended or never began.");
}

/** GET /u/login */
export function showLogin(core, request, reply) {
  const transaction = transactionOf(core, request.query.state);
  const connection = transaction.connection && core.store.connections.get(transaction.connection);
  if (connection && connection.strategy !== "auth0")
    return showProvider(core, reply, transaction, connection);
  return sendPage(reply, 200, loginPage(core, transaction));
}

function loginPage(core, transaction, message) {
  const others = transaction.connection ? "" : providerButtons(core, transaction);
  const hasDatabase = enabledConnections(core, transaction).some(isDatabase);
  return page(
    "Welcome",
    problem(message) + (hasDatabase ? passwordForm(transaction) : "") + others,
  );
}

function passwordForm(transaction) {
  const fields =
    hidden({ state: transaction.id }) +
    field("username", "Email address", { value: transaction.loginHint, complete: "username" }) +
    field("password", "Password", { type: "password", complete: "current-password" });
  const submit = button("Continue") + button("Cancel", { value: "cancel", quiet: true });
  return form("/u/login", fields + submit);
}

export const labelOf = (connection) => LABELS[connection.name] ?? connection.name;

const isDatabase = ({ strategy }) => strategy === "auth0";

/** Where people of the application that asks may come from. */
function enabledConnections({ store }, { clientId }) {
  const client = store.clients.get(clientId);
  return store.connections.values().filter(({ name }) => isEnabled(client, name));
}

function providerButtons(core, transaction) {
  return enabledConnections(core, transaction)
    .filter((connection) => !isDatabase(connection))
    .map((connection) =>
      form(
        "/u/login/provider",
        hidden({ state: transaction.id, connection: connection.name }) +
          button(`Continue with ${labelOf(connection)}`, { quiet: true }),
      ),
    )
    .join("");
}

/** POST /u/login */
export function submitLogin(core, request, reply, body) {
  const transaction = transactionOf(core, body.state);
  if (body.action === "cancel") return cancel(core, reply, transaction);
  const attempt = { username: body.username ?? "", ip: request.ip };
  if (isBlockedHere(core, attempt)) {
    const text = "Your account has been blocked after multiple consecutive login attempts.";
    return sendPage(reply, 429, loginPage(core, transaction, text));
  }
  const user = findByPassword(core, transaction, attempt.username, body.password);
  if (user) return succeed(core, request, reply, transaction, user, "pwd");
  noteFailure(core, request, attempt, transaction);
  return sendPage(reply, 400, loginPage(core, transaction, "Wrong email or password"));
}

export function cancel(core, reply, transaction) {
  core.store.transactions.delete(transaction.id);
  return fail(reply, transaction, "access_denied", "User did not authorize the request");
}

/** Passwords belong to database identities, also to linked ones. */
function findByPassword(core, transaction, username, password) {
  const { store } = core;
  const named = username.toLowerCase();
  const client = store.clients.get(transaction.clientId);
  for (const user of store.users.values()) {
    for (const [index, identity] of user.identities.entries()) {
      if (identity.provider !== "auth0" || !isEnabled(client, identity.connection)) continue;
      if (transaction.connection && identity.connection !== transaction.connection) continue;
      const profile = index === 0 ? user : (identity.profileData ?? {});
      const isNamed = [profile.email, profile.username].some(
        (name) => name?.toLowerCase() === named,
      );
      const secret = store.passwords.get(`auth0|${identity.user_id}`);
      if (isNamed && secret !== undefined && secret === password) return user;
    }
  }
  return undefined;
}

export function succeed(core, request, reply, transaction, user, method) {
  if (user.blocked) return fail(reply, transaction, "unauthorized", "user is blocked");
  const { clientId } = transaction;
  const session = openSession(core, request, reply, { user, clientId, method });
  user.last_login = core.clock.iso();
  user.last_ip = request.ip;
  user.logins_count = (user.logins_count ?? 0) + 1;
  core.log("s", loginDetails(core, transaction, user, session), request);
  return finishLogin(core, request, reply, transaction, session);
}

function loginDetails(core, { clientId, connection }, user, session) {
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

/** GET /u/consent */
export function showConsent(core, request, reply) {
  const transaction = transactionOf(core, request.query.state);
  const { name } = core.store.clients.get(transaction.clientId);
  const fields = hidden({ state: transaction.id });
  const submit = button("Accept") + button("Decline", { value: "cancel", quiet: true });
  return sendPage(reply, 200, page(`Authorize ${name}`, form("/u/consent", fields + submit)));
}

/** POST /u/consent */
export function submitConsent(core, request, reply, body) {
  const transaction = transactionOf(core, body.state);
  const session = readCookieSession(core, request);
  if (body.action === "cancel") return cancel(core, reply, transaction);
  if (!session || !isGoodEnough(core, transaction, session)) {
    return reply.redirect(loginPath(transaction));
  }
  return finishLogin(core, request, reply, transaction, session);
}

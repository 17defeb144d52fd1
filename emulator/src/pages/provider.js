import { PageError } from "../errors.js";
import { escapeHtml } from "../html-text.js";
import { completeUser } from "../seed/rows.js";
import { isEnabled } from "../store.js";
import { button, field, form, hidden, page, problem, sendPage } from "./html.js";
import { cancel, labelOf, succeed, transactionOf } from "./login.js";

/** The identity provider's side of a login: choose one of its accounts, make one, or say no. */
export function showProvider(core, reply, transaction, connection, message) {
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

/** POST /u/login/provider: somebody chose a provider on the login page. */
export function chooseProvider(core, reply, body) {
  const transaction = transactionOf(core, body.state);
  const connection = providerOf(core, transaction, body.connection);
  transaction.connection = connection.name;
  return showProvider(core, reply, transaction, connection);
}

function providerOf(core, transaction, name) {
  const connection = core.store.connections.get(name);
  const client = core.store.clients.get(transaction.clientId);
  const isAllowed =
    connection &&
    connection.strategy !== "auth0" &&
    isEnabled(client, name) &&
    (transaction.connection === undefined || transaction.connection === name);
  if (!isAllowed)
    throw new PageError(400, "Invalid connection", "This connection cannot be used here.");
  return connection;
}

/** POST /u/idp */
export function submitProvider(core, request, reply, body) {
  const transaction = transactionOf(core, body.state);
  const connection = providerOf(core, transaction, body.connection);
  if (body.action === "cancel") return cancel(core, reply, transaction);
  const { strategy } = connection;
  transaction.connection = connection.name;
  if (body.account !== undefined) {
    const user = core.store.userByIdentity(strategy, body.account);
    if (!user)
      throw new PageError(400, "Unknown account", "The provider does not know this account.");
    return succeed(core, request, reply, transaction, user, "federated");
  }
  if (!/^[^\s@]+@[^\s@]+$/.test(body.email ?? "")) {
    return showProvider(core, reply, transaction, connection, "Please enter an email address");
  }
  const user = signUp(core, request, connection, body.email);
  return succeed(core, request, reply, transaction, user, "federated");
}

/** The first login with an account of a provider creates the user. */
function signUp(core, request, { name, strategy }, email) {
  const id = core.ids.hex(24);
  const userId = strategy === name ? `${strategy}|${id}` : `${strategy}|${name}|${id}`;
  const user = core.store.users.set(
    completeUser(
      {
        user_id: userId,
        email,
        email_verified: true,
        connection: name,
        created_at: core.clock.iso(),
      },
      core,
    ),
  );
  core.log("ss", { user_id: user.user_id, user_name: email, connection: name }, request);
  return user;
}

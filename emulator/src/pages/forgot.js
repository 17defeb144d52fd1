import { issueTicket } from "../management/issue-ticket.js";
import { button, field, form, hidden, messagePage, page, problem, sendPage } from "./html.js";
import { findAccount } from "./passwords.js";
import { loginOf } from "./transactions.js";

/** @import { Login } from "../authentication/finish.js" */
/** @import { Context, Fields } from "../http.js" */

const PATH = "/u/reset-password/request";

/** @param {string} state */
export const forgotLink = (state) =>
  `<p><a href="${PATH}?state=${encodeURIComponent(state)}">Forgot password?</a></p>`;

/**
 * GET /u/reset-password/request: a person asks for an email with a link to the ticket's page.
 * @param {Context} context
 */
export function showForgot(context) {
  const login = loginOf(context, context.request.query.state);
  return sendPage(login.reply, 200, forgotPage(login));
}

/**
 * @param {Login} login
 * @param {string} [message]
 */
function forgotPage({ transaction: { id: state, loginHint } }, message) {
  const email = { type: "email", value: loginHint, complete: "email", focus: true };
  const fields = hidden({ state }) + field("email", "Email address", email) + button("Continue");
  return page("Forgot Your Password?", problem(message) + form(PATH, fields));
}

/**
 * POST /u/reset-password/request. The page is the same whether there is such an account or not.
 * @param {Context} context
 * @param {Fields} fields
 */
export function submitForgot(context, { state, email = "" }) {
  const login = loginOf(context, state);
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) {
    return sendPage(login.reply, 400, forgotPage(login, "Please enter an email address"));
  }
  sendLink(login, email);
  const message = `Please check the email address ${email} for instructions to reset your password.`;
  return sendPage(login.reply, 200, messagePage("Check Your Email", message));
}

/**
 * @param {Login} login
 * @param {string} address
 */
function sendLink(login, address) {
  const { core, request, transaction } = login;
  const account = findAccount(login, address);
  if (!account) return;
  const { user, identity } = account;
  const { user_id } = user;
  const client_id = transaction.clientId;
  const call = { core, request, body: { client_id } };
  const { ticket: link } = issueTicket(call, "password-change", user, identity);
  core.store.emails.set({
    id: core.ids.job(),
    user_id,
    to: address.toLowerCase(),
    template: "reset_email",
    link,
    sent_at: core.clock.iso(),
  });
  core.log("scpr", { user_id, user_name: address, client_id }, request);
}

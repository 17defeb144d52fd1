import { redirectTo, withQuery } from "../authentication/redirects.js";
import { PageError } from "../errors.js";
import { brokenRule } from "../password-policy.js";
import { resetPassword } from "../password-reset.js";
import { button, field, form, hidden, link, messagePage, page, problem, sendPage } from "./html.js";

/** @import { Core } from "../core.js" */
/** @import { Context, Fields } from "../http.js" */
/** @import { Ticket, User } from "../store/model.js" */

const NEW_PASSWORD = { type: "password", complete: "new-password" };

/**
 * A ticket that can still be used, and its user.
 * @param {Core} core
 * @param {string | undefined} id
 * @param {Ticket["kind"]} kind
 */
function openTicket({ clock, store }, id, kind) {
  const ticket = store.tickets.get(id);
  const user = store.users.get(ticket?.userId);
  const reason = whyClosed(ticket, kind, clock.now());
  if (ticket && user && reason === undefined) return { ticket, user };
  throw new PageError(
    400,
    "Link expired",
    reason ?? "The user of this link does not exist any more.",
  );
}

/**
 * @param {Ticket | undefined} ticket
 * @param {Ticket["kind"]} kind
 * @param {number} now
 */
function whyClosed(ticket, kind, now) {
  if (ticket?.kind !== kind) return "There is no such link, or a newer one has replaced it.";
  if (ticket.used) return "This link was already used.";
  return ticket.expiresAt > now ? undefined : "This link has expired.";
}

/**
 * GET /u/reset-password
 * @param {Context} context
 */
export function showReset({ core, request, reply }) {
  const { ticket } = openTicket(core, request.query.ticket, "password-change");
  return sendPage(reply, 200, resetPage(ticket));
}

/**
 * @param {Ticket} ticket
 * @param {string} [message]
 */
function resetPage(ticket, message) {
  const fields =
    hidden({ ticket: ticket.id }) +
    field("password", "New password", { ...NEW_PASSWORD, focus: true }) +
    field("confirmation", "Re-enter new password", NEW_PASSWORD);
  return page(
    "Change Your Password",
    problem(message) + form("/u/reset-password", fields + button("Reset password")),
  );
}

/**
 * POST /u/reset-password
 * @param {Context} context
 * @param {Fields} fields
 */
export function submitReset(context, { ticket: id, password, confirmation }) {
  const { core, request, reply } = context;
  const { ticket, user } = openTicket(core, id, "password-change");
  if (!password || password !== confirmation) {
    return sendPage(reply, 400, resetPage(ticket, "The passwords do not match"));
  }
  const rule = brokenRule(connectionOf(core, user, ticket), password);
  if (rule) {
    const message = `The password is too weak. It needs ${rule}.`;
    return sendPage(reply, 400, resetPage(ticket, message));
  }
  ticket.used = true;
  resetPassword(core, user, ticket.identityId, password);
  if (ticket.markVerified) user.email_verified = true;
  core.log("scp", { user_id: user.user_id, user_name: user.email }, request);
  const message = "You can now login to the application with the new password.";
  return finish(context, ticket, user, { title: "Password changed", message });
}

/**
 * @param {Core} core
 * @param {User} user
 * @param {Ticket} ticket
 */
function connectionOf({ store }, { identities }, { identityId }) {
  const identity = identities.find((one) => String(one.user_id) === identityId);
  return store.connections.get(identity?.connection);
}

/**
 * GET /u/email-verification: opening the link is enough.
 * @param {Context} context
 */
export function verifyEmail(context) {
  const { core, request } = context;
  const { ticket, user } = openTicket(core, request.query.ticket, "email-verification");
  ticket.used = true;
  const identity = user.identities.find((one) => String(one.user_id) === ticket.identityId);
  const profile = identity === user.identities[0] ? user : identity?.profileData;
  if (profile) profile.email_verified = true;
  core.log("sv", { user_id: user.user_id, user_name: user.email }, request);
  const message = "Your email was verified. You can continue using the application.";
  return finish(context, ticket, user, { title: "Email verified", message });
}

/**
 * Only the classic pages redirect to the result URL; the newer ones show a message, and lead back to
 * the application that the ticket names.
 * @param {Context} context
 * @param {Ticket} ticket
 * @param {User} user
 * @param {{ title: string, message: string }} outcome
 */
function finish({ core, reply }, ticket, user, { title, message }) {
  if (!core.quirks.classicLogin || !ticket.resultUrl) {
    const { name, initiate_login_uri: url } = core.store.clients.get(ticket.clientId) ?? {};
    return sendPage(reply, 200, messagePage(title, message, url && link(url, `Back to ${name}`)));
  }
  const hints = new URLSearchParams({
    ...(ticket.includeEmail && user.email && { email: user.email }),
    success: "true",
    message,
  });
  return redirectTo(reply, withQuery(ticket.resultUrl, hints));
}

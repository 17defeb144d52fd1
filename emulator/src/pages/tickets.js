import { withQuery } from "../authentication/redirects.js";
import { PageError } from "../errors.js";
import { button, errorPage, field, form, hidden, page, problem, sendPage } from "./html.js";

/** A ticket that can still be used. */
function ticketOf(core, id, kind) {
  const ticket = core.store.tickets.get(id);
  const isOpen = ticket?.kind === kind && !ticket.used && ticket.expiresAt > core.clock.now();
  if (isOpen && core.store.users.has(ticket.userId)) return ticket;
  throw new PageError(400, "Link expired", "This link was already used or has expired.");
}

/** GET /u/reset-password */
export function showReset(core, request, reply) {
  const ticket = ticketOf(core, request.query.ticket, "password-change");
  return sendPage(reply, 200, resetPage(ticket));
}

function resetPage(ticket, message) {
  const fields =
    hidden({ ticket: ticket.id }) +
    field("password", "New password", { type: "password", complete: "new-password" }) +
    field("confirmation", "Re-enter new password", { type: "password", complete: "new-password" });
  return page(
    "Change Your Password",
    problem(message) + form("/u/reset-password", fields + button("Reset password")),
  );
}

/** POST /u/reset-password: the new password ends the user's sessions, not the refresh tokens. */
export function submitReset(core, request, reply, { ticket: id, password, confirmation }) {
  const ticket = ticketOf(core, id, "password-change");
  if (!password || password !== confirmation) {
    return sendPage(reply, 400, resetPage(ticket, "The passwords do not match"));
  }
  ticket.used = true;
  const { store } = core;
  const user = store.users.get(ticket.userId);
  store.passwords.set(`auth0|${ticket.identityId}`, password);
  user.last_password_reset = core.clock.iso();
  if (ticket.markVerified) user.email_verified = true;
  for (const session of store.sessions.of(user.user_id)) store.sessions.delete(session.id);
  core.log("scp", { user_id: user.user_id, user_name: user.email }, request);
  return leave(
    core,
    reply,
    ticket,
    user,
    "You can now login to the application with the new password.",
  );
}

/** GET /u/email-verification: opening the link is enough. */
export function verifyEmail(core, request, reply) {
  const ticket = ticketOf(core, request.query.ticket, "email-verification");
  ticket.used = true;
  const user = core.store.users.get(ticket.userId);
  const identity = user.identities.find((one) => String(one.user_id) === ticket.identityId);
  if (identity === user.identities[0]) user.email_verified = true;
  else identity.profileData.email_verified = true;
  core.log("sv", { user_id: user.user_id, user_name: user.email }, request);
  return leave(
    core,
    reply,
    ticket,
    user,
    "Your email was verified. You can continue using the application.",
  );
}

/** Only the classic pages go on to the result URL; the newer ones stay where they are. */
function leave(core, reply, ticket, user, message) {
  if (!core.quirks.classicLogin || !ticket.resultUrl) {
    return sendPage(reply, 200, errorPage("Done", message));
  }
  const hints = new URLSearchParams({
    ...(ticket.includeEmail && user.email && { email: user.email }),
    success: "true",
    message,
  });
  return reply.redirect(withQuery(ticket.resultUrl, hints));
}

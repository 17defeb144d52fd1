import { ApiError, userNotFound } from "../errors.js";
import { checkReturn, issueTicket } from "./issue-ticket.js";
import { findIdentity, identitySchema } from "./named-identity.js";
import { PROVIDERS } from "./providers.js";

/** @import { Core } from "../core.js" */
/** @import { User } from "../store/model.js" */
/** @import { NamedIdentity } from "./named-identity.js" */
/** @import { Call, Operation } from "./operation.js" */

/** @param {Call} call */
function sendVerificationEmail(call) {
  const { core, body, request } = call;
  checkReturn(core, body);
  const user = core.store.users.get(body.user_id);
  if (!user) throw userNotFound();
  const identity = identityToVerify(core, user, body.identity);
  const { email } = identity.profileData ?? user;
  if (!email) throw new ApiError(400, "User does not have an email address.");
  const { ticket: link } = issueTicket(call, "email-verification", user, identity);
  const id = core.ids.job();
  const { user_id } = user;
  const sent_at = core.clock.iso();
  core.store.emails.set({ id, user_id, to: email, template: "verify_email", link, sent_at });
  core.log("svr", { user_id, user_name: email, client_id: body.client_id }, request);
  return { type: "verification_email", status: "pending", created_at: sent_at, id };
}

/**
 * Only a database identity is verified without being named.
 * @param {Core} core
 * @param {User} user
 * @param {NamedIdentity} [named]
 */
function identityToVerify(core, user, named) {
  const identity = named ? findIdentity(core, user, named) : user.identities[0];
  if (!identity) {
    throw new ApiError(400, "The user exists, but does not contain the given identity.");
  }
  if (!named && identity.provider !== "auth0") {
    throw new ApiError(400, "Connection must be a database connection.");
  }
  return identity;
}

/** @type {Operation[]} */
export const verificationEmailOperations = [
  {
    id: "post_verification-email",
    description: "Send an email address verification email",
    method: "POST",
    path: "/jobs/verification-email",
    scopes: ["update:users"],
    status: 201,
    body: {
      type: "object",
      additionalProperties: false,
      required: ["user_id"],
      properties: {
        user_id: { type: "string", format: "user-id" },
        client_id: { type: "string", format: "client-id" },
        identity: identitySchema(PROVIDERS),
        organization_id: { type: "string", format: "organization-id" },
      },
    },
    handle: sendVerificationEmail,
  },
];

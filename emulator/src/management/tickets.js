import { ApiError, invalidBody } from "../errors.js";
import { checkReturn, issueTicket } from "./issue-ticket.js";
import { findIdentity, identitySchema } from "./named-identity.js";
import { PROVIDERS } from "./providers.js";
import { CONNECTION_ID } from "./schemas.js";

/** @import { Core } from "../core.js" */
/** @import { Identity, User } from "../store/model.js" */
/** @import { NamedIdentity } from "./named-identity.js" */
/** @import { Call, Operation } from "./operation.js" */

/** @param {Call} call */
function passwordTicket(call) {
  const { core, body } = call;
  checkTarget(body);
  checkReturn(core, body);
  const user = findUser(core, body);
  const identity = identityWithPassword(core, user, body.identity);
  return issueTicket(call, "password-change", user, identity);
}

/** @param {Call} call */
function verificationTicket(call) {
  const { core, body } = call;
  checkReturn(core, body);
  const user = findUser(core, body);
  const identity = body.identity
    ? namedIdentity(core, user, body.identity)
    : identityWithPassword(core, user);
  requireEmail(user, identity);
  return issueTicket(call, "email-verification", user, identity);
}

/**
 * The body must name a user by id, or by connection and email.
 * @param {Record<string, unknown>} body
 */
function checkTarget({ user_id: userId, connection_id: connectionId, email, identity }) {
  if (userId !== undefined) {
    if (connectionId === undefined && email === undefined) return;
    const other = connectionId === undefined ? "email" : "connection_id";
    throw invalidBody(`'Invalid combination of user_id and ${other}'.`);
  }
  if (identity !== undefined) throw invalidBody("'Missing required property: user_id'.");
  if (connectionId === undefined && email === undefined) {
    throw invalidBody("'Missing required property: user_id'.");
  }
  if (connectionId === undefined) throw invalidBody("'Missing required property: connection_id'.");
  if (email === undefined) throw invalidBody("'Missing required property: email'.");
}

/**
 * @param {Core} core
 * @param {{ user_id?: string, connection_id?: string, email?: string }} body
 */
function findUser(core, { user_id: userId, connection_id: connectionId, email = "" }) {
  const user =
    userId === undefined ? findByEmail(core, connectionId, email) : core.store.users.get(userId);
  if (user) return user;
  throw new ApiError(404, "User not found.", { code: "inexistent_user" });
}

/**
 * @param {Core} core
 * @param {string | undefined} connectionId
 * @param {string} email
 */
function findByEmail({ store }, connectionId, email) {
  const connection = store.connectionById(connectionId);
  if (!connection) {
    throw new ApiError(400, "The connection does not exist.", { code: "inexistent_connection" });
  }
  return store.users
    .values()
    .find(
      (one) =>
        one.identities[0].connection === connection.name && one.email === email.toLowerCase(),
    );
}

/**
 * The main identity, or the one that the body names. It must have a password.
 * @param {Core} core
 * @param {User} user
 * @param {NamedIdentity} [named]
 */
function identityWithPassword(core, user, named) {
  const identity = named ? namedIdentity(core, user, named) : user.identities[0];
  if (identity.provider !== "auth0") {
    throw new ApiError(400, "The user's main connection does not support this operation", {
      code: "operation_not_supported",
    });
  }
  requireEmail(user, identity);
  return identity;
}

/**
 * @param {User} user
 * @param {Identity} identity
 */
function requireEmail(user, identity) {
  if ((identity.profileData ?? user).email) return;
  throw new ApiError(400, "The user does not have an email.");
}

/**
 * @param {Core} core
 * @param {User} user
 * @param {NamedIdentity} named
 */
function namedIdentity(core, user, named) {
  const identity = findIdentity(core, user, named);
  if (!identity) throw new ApiError(400, "The identity does not exist.");
  return identity;
}

const common = {
  user_id: { type: "string", format: "user-id" },
  result_url: { type: "string", format: "url" },
  client_id: { type: "string", format: "client-id" },
  organization_id: { type: "string", format: "organization-id" },
  ttl_sec: { type: "integer", minimum: 0 },
  includeEmailInRedirect: { type: "boolean" },
};

/** @type {Operation[]} */
export const ticketOperations = [
  {
    id: "post_password-change",
    description: "Create a Password Change Ticket",
    method: "POST",
    path: "/tickets/password-change",
    scopes: ["create:user_tickets"],
    status: 201,
    body: {
      type: "object",
      additionalProperties: false,
      properties: {
        ...common,
        connection_id: CONNECTION_ID,
        email: { type: "string", format: "email" },
        mark_email_as_verified: { type: "boolean" },
        identity: identitySchema(["auth0"]),
      },
    },
    handle: passwordTicket,
  },
  {
    id: "post_email-verification",
    description: "Create an Email Verification Ticket",
    method: "POST",
    path: "/tickets/email-verification",
    scopes: ["create:user_tickets"],
    status: 201,
    body: {
      type: "object",
      additionalProperties: false,
      required: ["user_id"],
      properties: { ...common, identity: identitySchema(PROVIDERS) },
    },
    handle: verificationTicket,
  },
];

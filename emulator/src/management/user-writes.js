import { avatar } from "../avatar.js";
import { announceEndOf, endSessionsOf } from "../backchannel-logout.js";
import { ApiError, invalidBody, weakPassword } from "../errors.js";
import { brokenRule } from "../password-policy.js";
import { resetPassword } from "../password-reset.js";
import { completeUser } from "../store/rows.js";
import { grantedScopes, needsUpdateUsers } from "./access.js";
import { userOf } from "./lookup.js";
import { userIdParam } from "./schemas.js";
import { presentUser } from "./users.js";

/** @import { Core } from "../core.js" */
/** @import { Connection, Identity, Profile, User } from "../store/model.js" */
/** @import { Claims } from "../tokens.js" */
/** @import { Call, Operation } from "./operation.js" */

/** Changing one of these ends the user's sessions. */
const CREDENTIALS = ["email", "phone_number", "username"];

/** Fields of one identity rather than of the user as a whole. */
const IDENTITY_FIELDS = ["email", "email_verified", "phone_number", "phone_verified", "username"];

/**
 * The one field that each of these scopes allows to change.
 * @type {Record<string, string>}
 */
const SCOPED_FIELDS = {
  "update:users_app_metadata": "app_metadata",
  "update:current_user_metadata": "user_metadata",
};

/** @param {Call} call */
function createUser({ core, claims, body }) {
  const { connection: name, user_id: id, password, verify_email: _mail, ...profile } = body;
  const connection = core.store.connections.get(name);
  if (!connection) {
    throw new ApiError(400, "The connection does not exist.", { code: "inexistent_connection" });
  }
  const isDatabase = connection.strategy === "auth0";
  if (isDatabase && password === undefined) {
    throw invalidBody("'Missing required property: password'.");
  }
  if (isDatabase && brokenRule(connection, password)) throw weakPassword();
  if (isDatabase && profile.email) profile.email = profile.email.toLowerCase();
  const ownId = id ?? core.ids.hex(24);
  const userId = `${connection.strategy}|${ownId}`;
  if (isTaken(core, connection, ownId, profile.email)) {
    throw new ApiError(409, "The user already exists.");
  }
  const row = {
    ...(profile.email && { picture: avatar(profile.email, profile.name) }),
    ...profile,
    user_id: userId,
    connection: name,
    created_at: core.clock.iso(),
  };
  const user = core.store.users.set(completeUser(row, core));
  if (password !== undefined) core.store.passwords.set(userId, password);
  return presentUser(core, user, claims);
}

/**
 * Whether the id or the email already belongs to a user, or to an identity linked to one.
 * @param {Core} core
 * @param {Connection} connection
 * @param {string} id
 * @param {string | undefined} email
 */
function isTaken({ store }, { name, strategy }, id, email) {
  if (store.userByIdentity(strategy, id)) return true;
  if (!email) return false;
  return store.users
    .values()
    .some((user) =>
      user.identities.some(
        (identity, index) =>
          identity.connection === name &&
          (index === 0 ? user : identity.profileData)?.email === email,
      ),
    );
}

/**
 * @param {Claims} claims
 * @param {object} body
 */
function checkFields(claims, body) {
  const granted = grantedScopes(claims);
  if (granted.includes("update:users")) return;
  const allowed = granted.map((scope) => SCOPED_FIELDS[scope]);
  if (!Object.keys(body).every((field) => allowed.includes(field))) throw needsUpdateUsers();
}

/**
 * Metadata is merged at its first level, and `null` removes a field.
 * @param {Call} call
 */
function updateUser(call) {
  const { core, claims, body } = call;
  checkFields(claims, body);
  const user = userOf(call);
  const { connection, client_id: _client, password, verify_email: _mail, ...changes } = body;
  delete changes.verify_phone_number;
  const identity = identityOf(user, connection);
  if (password !== undefined) checkPassword(core, identity, password);
  const profile = profileOf(user, identity);
  const endsSessions =
    CREDENTIALS.some((field) => body[field] !== undefined && body[field] !== profile[field]) ||
    (body.blocked && core.quirks.blockEndsSessions);
  // Before the other changes, so that a request that also blocks the user does block the user.
  if (password) resetPassword(core, user, identity.user_id, password);
  for (const [field, value] of Object.entries(changes)) {
    setField(IDENTITY_FIELDS.includes(field) ? profile : user, field, value);
  }
  user.updated_at = core.clock.iso();
  if (endsSessions) {
    const initiator = body.blocked ? "account-deactivated" : "email-identifier-changed";
    endSessionsOf(core, user.user_id, initiator);
  }
  return presentUser(core, user, claims);
}

/**
 * Credentials are those of the main identity, unless `connection` names a linked one.
 * @param {User} user
 * @param {string | undefined} connection
 */
function identityOf(user, connection) {
  if (connection === undefined) return user.identities[0];
  const named = user.identities.find((identity) => identity.connection === connection);
  if (named) return named;
  throw new ApiError(400, "The user has no identity of that connection.", {
    code: "invalid_body",
  });
}

/**
 * @param {User} user
 * @param {Identity} identity
 * @returns {Profile}
 */
function profileOf(user, identity) {
  if (identity === user.identities[0]) return user;
  identity.profileData ??= {};
  return identity.profileData;
}

/**
 * @param {Core} core
 * @param {Identity} identity
 * @param {string | null} password
 */
function checkPassword({ store }, { provider, connection }, password) {
  if (provider !== "auth0") {
    throw new ApiError(400, `The connection (${connection}) holds no password to update.`, {
      code: "operation_not_supported",
    });
  }
  if (password && brokenRule(store.connections.get(connection), password)) throw weakPassword();
}

/**
 * @param {Profile} profile
 * @param {string} field
 * @param {any} value
 */
function setField(profile, field, value) {
  if (field === "user_metadata" || field === "app_metadata") {
    profile[field] = withoutNulls({ .../** @type {object} */ (profile[field]), ...value });
  } else if (value === null) {
    delete profile[field];
  } else {
    profile[field] = value;
  }
}

/** @param {object} object */
function withoutNulls(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

/** @param {object} type */
const nullable = (type) => ({ ...type, type: ["string", "null"] });
/** @param {number} maxLength */
const line = (maxLength) => ({ type: "string", minLength: 1, maxLength });
const texts = {
  email: { type: "string", format: "email" },
  family_name: line(150),
  given_name: line(150),
  name: line(300),
  nickname: line(300),
  password: line(300),
  phone_number: { type: "string", pattern: "^\\+[0-9]{1,15}$" },
  picture: { type: "string", format: "url" },
  username: line(128),
};
const others = {
  app_metadata: { type: "object" },
  user_metadata: { type: "object" },
  blocked: { type: "boolean" },
  connection: { type: "string", minLength: 1 },
  email_verified: { type: "boolean" },
  phone_verified: { type: "boolean" },
  verify_email: { type: "boolean" },
};

/** @type {Operation[]} */
export const userWriteOperations = [
  {
    id: "post_users",
    description: "Create a User",
    method: "POST",
    path: "/users",
    scopes: ["create:users"],
    status: 201,
    body: {
      type: "object",
      additionalProperties: false,
      required: ["connection"],
      properties: {
        ...texts,
        ...others,
        user_id: { type: "string", maxLength: 255, pattern: "^\\S*$" },
      },
    },
    handle: createUser,
  },
  {
    id: "patch_users_by_id",
    description: "Update a User",
    method: "PATCH",
    path: "/users/:id",
    scopes: ["update:users", "update:users_app_metadata", "update:current_user_metadata"],
    params: userIdParam(),
    body: {
      type: "object",
      additionalProperties: false,
      properties: {
        ...Object.fromEntries(Object.entries(texts).map(([name, rule]) => [name, nullable(rule)])),
        ...others,
        client_id: { type: "string", minLength: 1 },
        verify_phone_number: { type: "boolean" },
      },
    },
    handle: updateUser,
  },
  {
    id: "delete_users_by_id",
    description: "Delete a User",
    method: "DELETE",
    path: "/users/:id",
    scopes: ["delete:users", "delete:current_user"],
    params: userIdParam(),
    status: 204,
    handle({ core, params }) {
      announceEndOf(core, core.store.sessions.of(params.id), "account-deleted");
      core.store.deleteUser(params.id);
    },
  },
];

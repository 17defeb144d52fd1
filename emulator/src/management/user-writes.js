import { ApiError, userNotFound } from "../errors.js";
import { completeUser } from "../seed/rows.js";
import { invalidBody } from "./operation.js";
import { userIdParam } from "./schemas.js";
import { presentUser } from "./users.js";

/** Changing one of these ends the user's sessions. */
const CREDENTIALS = ["email", "phone_number", "username", "password"];

/** What belongs to one identity and not to the user as a whole. */
const IDENTITY_FIELDS = ["email", "email_verified", "phone_number", "phone_verified", "username"];

function createUser({ core, claims, body }) {
  const { connection: name, user_id: id, password, verify_email: _mail, ...profile } = body;
  const connection = core.store.connections.get(name);
  if (!connection) {
    throw new ApiError(400, "The connection does not exist.", { code: "inexistent_connection" });
  }
  const isDatabase = connection.strategy === "auth0";
  if (isDatabase && password === undefined)
    throw invalidBody("'Missing required property: password'.");
  if (isDatabase && profile.email) profile.email = profile.email.toLowerCase();
  const ownId = id ?? core.ids.hex(24);
  const userId = `${connection.strategy}|${ownId}`;
  if (isTaken(core, connection, ownId, profile.email))
    throw new ApiError(409, "The user already exists.");
  const row = { ...profile, user_id: userId, connection: name, created_at: core.clock.iso() };
  const user = core.store.users.set(completeUser(row, core));
  if (password !== undefined) core.store.passwords.set(userId, password);
  return presentUser(core, user, claims);
}

/** By an account of its own, or by one that was linked to another. */
function isTaken({ store }, { name, strategy }, id, email) {
  if (store.userByIdentity(strategy, id)) return true;
  return store.users
    .values()
    .some((user) =>
      user.identities.some(
        (identity, index) =>
          email &&
          identity.connection === name &&
          (index === 0 ? user : identity.profileData)?.email === email,
      ),
    );
}

/** What may be changed with a scope, where that is not everything. */
const SCOPED_FIELDS = {
  "update:users_app_metadata": "app_metadata",
  "update:current_user_metadata": "user_metadata",
};

function checkFields(claims, body) {
  const granted = (claims.scope ?? "").split(" ");
  if (granted.includes("update:users")) return;
  const allowed = granted.map((scope) => SCOPED_FIELDS[scope]);
  if (Object.keys(body).every((field) => allowed.includes(field))) return;
  throw new ApiError(403, "Insufficient scope, expected any of: update:users", {
    code: "insufficient_scope",
  });
}

/** Metadata merges on its first level, and `null` removes. */
function updateUser({ core, claims, params, body }) {
  checkFields(claims, body);
  const user = core.store.users.get(params.id);
  if (!user) throw userNotFound();
  const { connection, client_id: _client, password, verify_email: _mail, ...changes } = body;
  delete changes.verify_phone_number;
  const identity = identityOf(user, connection);
  if (password !== undefined) checkPassword(identity);
  const profile = profileOf(user, identity);
  const ends = CREDENTIALS.some(
    (field) => body[field] !== undefined && body[field] !== profile[field],
  );
  for (const [field, value] of Object.entries(changes)) {
    setField(IDENTITY_FIELDS.includes(field) ? profile : user, field, value);
  }
  if (password) core.store.passwords.set(`auth0|${identity.user_id}`, password);
  user.updated_at = core.clock.iso();
  if (ends) {
    for (const session of core.store.sessions.of(user.user_id))
      core.store.sessions.delete(session.id);
  }
  return presentUser(core, user, claims);
}

/** Credentials are those of the main identity, unless `connection` names a linked one. */
function identityOf(user, connection) {
  if (connection === undefined) return user.identities[0];
  const named = user.identities.find((identity) => identity.connection === connection);
  if (named) return named;
  throw new ApiError(400, "The user has no identity of that connection.", {
    code: "invalid_body",
  });
}

function profileOf(user, identity) {
  if (identity === user.identities[0]) return user;
  identity.profileData ??= {};
  return identity.profileData;
}

function checkPassword({ provider, connection }) {
  if (provider === "auth0") return;
  throw new ApiError(400, `The connection (${connection}) holds no password to update.`, {
    code: "operation_not_supported",
  });
}

function setField(user, field, value) {
  if (field === "user_metadata" || field === "app_metadata") {
    user[field] = withoutNulls({ ...user[field], ...value });
  } else if (value === null) {
    delete user[field];
  } else {
    user[field] = value;
  }
}

function withoutNulls(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

const nullable = (type) => ({ ...type, type: ["string", "null"] });
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

/** @type {import("./operation.js").Operation[]} */
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
      core.store.deleteUser(params.id);
    },
  },
];

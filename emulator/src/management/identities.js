import { ApiError, invalidBody } from "../errors.js";
import { completeUser } from "../store/rows.js";
import { hasIdentity } from "../store/store.js";
import { grantedScopes, needsUpdateUsers } from "./access.js";
import { secondaryFromToken } from "./link-with.js";
import { userOf } from "./lookup.js";
import { PROVIDERS } from "./providers.js";
import { CONNECTION_ID, userIdParam } from "./schemas.js";
import { presentIdentity } from "./users.js";

/** @import { Core } from "../core.js" */
/** @import { Identity, Profile, User } from "../store/model.js" */
/** @import { Call, Operation } from "./operation.js" */

const PROFILE_FIELDS = [
  "email",
  "email_verified",
  "name",
  "nickname",
  "username",
  "given_name",
  "family_name",
  "picture",
  "phone_number",
  "phone_verified",
];

/**
 * @param {User} user
 * @returns {Profile}
 */
function profileOf(user) {
  const known = PROFILE_FIELDS.filter((field) => user[field] !== undefined);
  return Object.fromEntries(known.map((field) => [field, user[field]]));
}

/**
 * All identities, the main one first and with its profile, as in responses to link and unlink.
 * @param {Core} core
 * @param {User} user
 */
function listIdentities(core, user) {
  return user.identities.map((identity, index) => ({
    ...(index === 0 && { profileData: profileOf(user) }),
    ...presentIdentity(core, identity),
  }));
}

/** @param {Call} call */
async function link(call) {
  const { core, body } = call;
  const primary = userOf(call);
  const { provider, userId } = await readSecondary(call);
  const [main] = primary.identities;
  if (main.provider === provider && String(main.user_id) === userId) {
    throw new ApiError(400, "Main identity and the new one are the same.");
  }
  const owner = core.store.userByIdentity(provider, userId);
  if (!owner) throw new ApiError(400, "The secondary user does not exist.");
  if (owner.user_id !== `${provider}|${userId}`) {
    throw new ApiError(409, "Specified identity already exists.");
  }
  if (owner.identities.length > 1) {
    throw new ApiError(400, "The secondary user has linked identities of its own.");
  }
  checkConnection(core, body.connection_id, owner);
  attach(core, primary, owner);
  return listIdentities(core, primary);
}

/**
 * The secondary account: named in the body, or proven by its ID token.
 * @param {Call} call
 */
async function readSecondary({ core, claims, body, request }) {
  const { link_with: token, provider, user_id: userId, connection_id: connectionId } = body;
  if (token !== undefined) {
    if (provider !== undefined || userId !== undefined || connectionId !== undefined) {
      throw invalidBody("'Invalid combination of properties'.");
    }
    return secondaryFromToken(core, token, claims, request);
  }
  if (!grantedScopes(claims).includes("update:users")) throw needsUpdateUsers();
  if (provider === undefined || userId === undefined) {
    const missing = provider === undefined ? "provider" : "user_id";
    throw invalidBody(`'Missing required property: ${missing}'.`);
  }
  checkProvider(core, provider, connectionId);
  return { provider, userId: withoutPrefix(provider, String(userId)) };
}

/**
 * If a provider has several connections, its name alone does not identify an account.
 * @param {Core} core
 * @param {string} provider
 * @param {string | undefined} connectionId
 */
function checkProvider({ store }, provider, connectionId) {
  const connections = store.connections.values().filter(({ strategy }) => strategy === provider);
  if (connections.length === 0) {
    throw new ApiError(400, `Connection for provider ${provider} does not exist.`);
  }
  if (connections.length > 1 && connectionId === undefined) {
    throw new ApiError(400, `Provider ${provider} has several connections: name a connection_id.`);
  }
}

/**
 * Auth0 also accepts a full `auth0|…` id. With other providers a pipe is part of the id.
 * @param {string} provider
 * @param {string} userId
 */
function withoutPrefix(provider, userId) {
  return provider === "auth0" && userId.startsWith("auth0|") ? userId.slice(6) : userId;
}

/**
 * @param {Core} core
 * @param {string | undefined} connectionId
 * @param {User} owner
 */
function checkConnection(core, connectionId, owner) {
  if (connectionId === undefined) return;
  const connection = core.store.connectionById(connectionId);
  if (!connection) throw new ApiError(400, "The connection does not exist.");
  if (owner.identities[0].connection !== connection.name) {
    throw new ApiError(400, "The secondary user does not exist.");
  }
}

/**
 * The secondary account stops being a user, and its metadata is lost.
 * @param {Core} core
 * @param {User} primary
 * @param {User} secondary
 */
function attach({ store, clock, quirks }, primary, secondary) {
  const [identity] = secondary.identities;
  primary.identities.push({ profileData: profileOf(secondary), ...identity });
  primary.updated_at = clock.iso();
  store.users.delete(secondary.user_id);
  store.formerUsers.add(secondary.user_id);
  if (!quirks.linkEndsAccess) return;
  store.endSessions(secondary.user_id);
  store.endRefreshTokens(secondary.user_id);
}

/** @param {Call} call */
function unlink(call) {
  const { core, params } = call;
  const user = userOf(call);
  const index = user.identities.findIndex((identity) => isNamed(identity, params));
  if (index === 0) throw new ApiError(400, "Main identity cannot be removed.");
  if (index === -1) throw new ApiError(400, "The specified identity does not exist.");
  const [removed] = user.identities.splice(index, 1);
  user.updated_at = core.clock.iso();
  detach(core, removed);
  return listIdentities(core, user);
}

/**
 * @param {Identity} identity
 * @param {Record<string, string>} params
 */
function isNamed(identity, { provider, user_id: userId }) {
  return (
    hasIdentity({ identities: [identity] }, provider, userId) ||
    (identity.provider === provider && `${identity.connection}|${identity.user_id}` === userId)
  );
}

/**
 * Turns an unlinked identity back into a separate user, without metadata.
 * @param {Core} core
 * @param {Identity} removed
 */
function detach(core, { profileData, ...identity }) {
  const userId = `${identity.provider}|${identity.user_id}`;
  core.store.users.set(
    completeUser(
      { ...profileData, user_id: userId, identities: [identity], created_at: core.clock.iso() },
      core,
    ),
  );
}

const IDENTITIES = "/users/:id/identities";
const scopes = ["update:users", "update:current_user_identities"];

/** @type {Operation[]} */
export const identityOperations = [
  {
    id: "post_identities",
    description: "Link a User Account",
    method: "POST",
    path: IDENTITIES,
    scopes,
    params: userIdParam(),
    status: 201,
    body: {
      type: "object",
      additionalProperties: false,
      minProperties: 1,
      properties: {
        provider: { type: "string", enum: PROVIDERS },
        user_id: { type: ["string", "integer"], minLength: 1 },
        connection_id: CONNECTION_ID,
        link_with: { type: "string" },
      },
    },
    handle: link,
  },
  {
    id: "delete_user_identity_by_user_id",
    description: "Unlink a User Identity",
    method: "DELETE",
    path: `${IDENTITIES}/:provider/:user_id`,
    scopes,
    params: {
      type: "object",
      properties: {
        id: { type: "string", format: "user-id" },
        provider: { type: "string", enum: PROVIDERS },
        user_id: { type: "string", minLength: 1 },
      },
    },
    handle: unlink,
  },
];

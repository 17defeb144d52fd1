import { userOf } from "./lookup.js";
import { userIdParam } from "./schemas.js";

/** @import { Core } from "../core.js" */
/** @import { Block } from "../store/model.js" */
/** @import { Operation, Schema } from "./operation.js" */

/** @param {Block[]} blocks */
const blockedFor = (blocks) => ({ blocked_for: blocks });

/**
 * The users that an identifier may refer to: it is an email, a user name or a phone number of the user or
 * of a linked identity.
 * @param {Core} core
 * @param {string} identifier
 */
function usersNamed({ store }, identifier) {
  return store.users
    .values()
    .filter((user) =>
      [user, ...user.identities.map(({ profileData }) => profileData ?? {})].some(
        ({ email, username, phone_number: phone }) => [email, username, phone].includes(identifier),
      ),
    );
}

const CONSIDER = { consider_brute_force_enablement: { type: "boolean" } };
const BY_ID = "/user-blocks/:id";
const BY_IDENTIFIER = "/user-blocks";

/**
 * @param {Schema["properties"]} [more]
 * @returns {Schema}
 */
const identifierQuery = (more = {}) => ({
  type: "object",
  additionalProperties: false,
  required: ["identifier"],
  properties: { identifier: { type: "string", minLength: 1 }, ...more },
});

/** @type {Operation[]} */
export const userBlockOperations = [
  {
    id: "get_user-blocks_by_id",
    method: "GET",
    path: BY_ID,
    scopes: ["read:users"],
    params: userIdParam(),
    query: { type: "object", additionalProperties: false, properties: CONSIDER },
    handle: (call) => blockedFor(call.core.store.blocks.get(userOf(call).user_id) ?? []),
  },
  {
    id: "delete_user-blocks_by_id",
    description: "Unblock a user",
    method: "DELETE",
    path: BY_ID,
    scopes: ["update:users"],
    params: userIdParam(),
    status: 204,
    handle(call) {
      call.core.store.blocks.delete(userOf(call).user_id);
    },
  },
  {
    id: "get_user-blocks",
    method: "GET",
    path: BY_IDENTIFIER,
    scopes: ["read:users"],
    query: identifierQuery(CONSIDER),
    handle({ core, query }) {
      const users = usersNamed(core, query.identifier);
      return blockedFor(users.flatMap((user) => core.store.blocks.get(user.user_id) ?? []));
    },
  },
  {
    id: "delete_user-blocks",
    description: "Unblock by identifier",
    method: "DELETE",
    path: BY_IDENTIFIER,
    scopes: ["update:users"],
    query: identifierQuery(),
    status: 204,
    handle({ core, query }) {
      for (const user of usersNamed(core, query.identifier)) core.store.blocks.delete(user.user_id);
    },
  },
];

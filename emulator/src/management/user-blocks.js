import { userNotFound } from "../errors.js";
import { userIdParam } from "./schemas.js";

const blockedFor = (blocks) => ({ blocked_for: blocks });

function userOf({ core, params }) {
  const user = core.store.users.get(params.id);
  if (!user) throw userNotFound();
  return user;
}

/** Whoever an identifier may mean: an email, a user name or a phone number. */
function named({ store }, identifier) {
  return store.users
    .values()
    .filter((user) => [user.email, user.username, user.phone_number].includes(identifier));
}

const CONSIDER = { consider_brute_force_enablement: { type: "boolean" } };
const BY_ID = "/user-blocks/:id";
const BY_IDENTIFIER = "/user-blocks";
const identifierQuery = (more = {}) => ({
  type: "object",
  additionalProperties: false,
  required: ["identifier"],
  properties: { identifier: { type: "string", minLength: 1 }, ...more },
});

/** @type {import("./operation.js").Operation[]} */
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
      const users = named(core, query.identifier);
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
      for (const user of named(core, query.identifier)) core.store.blocks.delete(user.user_id);
    },
  },
];

import { offsetPageWithoutLength } from "./pages.js";
import { offsetQuery, PAGE_SIZE } from "./schemas.js";

/** @import { UserGrant } from "../store/model.js" */
/** @import { Call, Operation } from "./operation.js" */

/** @param {Call} call */
function list({ core: { store }, query }) {
  const { user_id: userId, client_id: clientId, audience } = query;
  const rows = userId === undefined ? store.grants.values() : store.grants.of(userId);
  const isWanted = (/** @type {UserGrant} */ grant) =>
    (clientId === undefined || grant.clientID === clientId) &&
    (audience === undefined || grant.audience === audience);
  return offsetPageWithoutLength(rows.filter(isWanted), query, "grants");
}

/** @param {Call} call */
function removeAllOfUser({ core: { store }, query }) {
  for (const grant of store.grants.of(query.user_id)) store.deleteGrant(grant);
}

/** @param {Call} call */
function remove({ core: { store }, params }) {
  const grant = store.grants.get(params.id);
  if (grant) store.deleteGrant(grant);
}

const TEXT = { type: "string" };

/**
 * The reference has no 404: deleting an unknown grant, or those of an unknown user, succeeds.
 * @type {Operation[]}
 */
export const grantOperations = [
  {
    id: "get_grants",
    method: "GET",
    path: "/grants",
    scopes: ["read:grants"],
    query: offsetQuery({ per_page: PAGE_SIZE, user_id: TEXT, client_id: TEXT, audience: TEXT }),
    handle: list,
  },
  {
    id: "delete_grants_by_user_id",
    description: "Delete a grant by user_id",
    method: "DELETE",
    path: "/grants",
    scopes: ["delete:grants"],
    query: {
      type: "object",
      additionalProperties: false,
      required: ["user_id"],
      properties: { user_id: TEXT },
    },
    status: 204,
    handle: removeAllOfUser,
  },
  {
    id: "delete_grants_by_id",
    description: "Delete a grant by id",
    method: "DELETE",
    path: "/grants/:id",
    scopes: ["delete:grants"],
    status: 204,
    handle: remove,
  },
];

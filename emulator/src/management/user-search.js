import { offsetPage, refuseBeyondThousand } from "./pages.js";
import { offsetQuery } from "./schemas.js";
import { parseUserQuery, valuesAt } from "./user-query.js";
import { FIELD_LIST, presentUser } from "./users.js";

/** @import { User } from "../store/model.js" */
/** @import { Call, Operation } from "./operation.js" */

/** @param {Call} call */
function search({ core, claims, query }) {
  refuseBeyondThousand(query);
  const isWanted = query.q ? parseUserQuery(core, query.q) : () => true;
  const found = core.searchIndex.users().filter(isWanted);
  if (query.sort) sortBy(found, query.sort);
  const shown = found.map((user) => presentUser(core, user, claims, query));
  return offsetPage(shown, query, "users");
}

/**
 * @param {User[]} users
 * @param {string} sort `field:1` or `field:-1`
 */
function sortBy(users, sort) {
  const [field, direction] = sort.split(":");
  const key = (/** @type {User} */ user) => String(valuesAt(user, field.split("."))[0] ?? "");
  users.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) * Number(direction));
}

/** @type {Operation[]} */
export const userSearchOperations = [
  {
    id: "get_users",
    method: "GET",
    path: "/users",
    scopes: ["read:users"],
    query: offsetQuery({
      ...FIELD_LIST,
      sort: { type: "string", pattern: "^[a-zA-Z0-9_.]+:(1|-1)$" },
      connection: { type: "string" },
      q: { type: "string", maxLength: 4000 },
      search_engine: { type: "string", enum: ["v1", "v2", "v3"] },
      primary_order: { type: "boolean" },
    }),
    handle: search,
  },
];

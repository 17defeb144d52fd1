import { offsetPage, refuseBeyondThousand } from "./pages.js";
import { offsetQuery, PAGE_SIZE, userIdParam } from "./schemas.js";

/** @import { Call, Operation } from "./operation.js" */

const SORTABLE =
  "date|connection|client_id|client_name|ip|user_id|user_name|description|user_agent|type|details|strategy|strategy_type";

/** @param {Call} call */
function listLogs({ core, params, query }) {
  refuseBeyondThousand(query);
  const [field, direction] = (query.sort ?? "date:-1").split(":");
  const rows = core.store.logs.of(params.id).sort((a, b) => {
    const [x, y] = [String(a[field] ?? ""), String(b[field] ?? "")];
    // Ids are in the order of events, so they break ties.
    const order = x < y ? -1 : x > y ? 1 : a.log_id < b.log_id ? -1 : 1;
    return order * Number(direction);
  });
  return offsetPage(rows, query, "logs");
}

/** @type {Operation[]} */
export const logOperations = [
  {
    id: "get_logs_by_user",
    method: "GET",
    path: "/users/:id/logs",
    scopes: ["read:logs", "read:logs_users"],
    params: userIdParam(),
    query: offsetQuery({
      per_page: PAGE_SIZE,
      sort: { type: "string", pattern: `^(${SORTABLE}):(1|-1)$` },
    }),
    handle: listLogs,
  },
];

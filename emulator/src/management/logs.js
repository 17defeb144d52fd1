import { offsetPage, refuseBeyondThousand } from "./pages.js";
import { offsetQuery, PAGE_SIZE, userIdParam } from "./schemas.js";

/** @import { LogEvent } from "../store/model.js" */
/** @import { Call, Operation } from "./operation.js" */

const SORTABLE =
  "date|connection|client_id|client_name|ip|user_id|user_name|description|user_agent|type|details|strategy|strategy_type";

/** The query parameter that {@link sortLogs} takes. */
export const LOG_SORT = { type: "string", pattern: `^(${SORTABLE}):(1|-1)$` };

/**
 * Sorts in place, newest first by default.
 * @param {LogEvent[]} rows
 * @param {string} [sort] `field:1` or `field:-1`
 */
export function sortLogs(rows, sort = "date:-1") {
  const [field, direction] = sort.split(":");
  return rows.sort((a, b) => {
    const [x, y] = [String(a[field] ?? ""), String(b[field] ?? "")];
    // Ids are in the order of events, so they break ties.
    const order = x < y ? -1 : x > y ? 1 : a.log_id < b.log_id ? -1 : 1;
    return order * Number(direction);
  });
}

/** @param {Call} call */
function listLogs({ core, params, query }) {
  refuseBeyondThousand(query);
  const rows = sortLogs(core.store.logs.of(params.id), query.sort);
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
    query: offsetQuery({ per_page: PAGE_SIZE, sort: LOG_SORT }),
    handle: listLogs,
  },
];

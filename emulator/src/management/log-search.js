import { parseLogQuery } from "./log-query.js";
import { LOG_SORT, sortLogs } from "./logs.js";
import { offsetPage, refuseBeyondThousand } from "./pages.js";
import { offsetQuery, PAGE_SIZE } from "./schemas.js";
import { project } from "./users.js";

/** @import { Call, Operation } from "./operation.js" */

/** @param {Call} call */
function searchLogs(call) {
  const { core, query } = call;
  if (query.from !== undefined || query.take !== undefined) return listFromCheckpoint(call);
  refuseBeyondThousand(query);
  const matches = query.q ? parseLogQuery(query.q) : () => true;
  const found = sortLogs(core.store.logs.values().filter(matches), query.sort);
  const shown = found.map((row) => project(row, query));
  const page = offsetPage(shown, query, "logs");
  // Since version 3 of the search engine, the total is that of the page.
  return Array.isArray(page) ? page : { ...page, total: page.length };
}

/**
 * The events after the one that `from` names, oldest first and without a limit on how many pages there
 * are. All other parameters are ignored. The `Link` header leads to the next page, which is empty for
 * as long as nothing happens.
 * @param {Call} call
 */
function listFromCheckpoint({ core, query, request, headers }) {
  const { from = "", take = 50 } = query;
  const newer = core.store.logs.values().filter((row) => row.log_id > from);
  const page = sortLogs(newer, "log_id:1").slice(0, Math.min(take, core.quirks.maxPageSize));
  const last = page.at(-1)?.log_id ?? from;
  const parameters = new URLSearchParams({ take: String(take), ...(last && { from: last }) });
  headers.link = `<${core.issuerFor(request)}api/v2/logs?${parameters}>; rel="next"`;
  return page;
}

/** @type {Operation[]} */
export const logSearchOperations = [
  {
    id: "get_logs",
    method: "GET",
    path: "/logs",
    scopes: ["read:logs", "read:logs_users"],
    query: offsetQuery({
      per_page: PAGE_SIZE,
      sort: LOG_SORT,
      fields: { type: "string", pattern: "^[a-zA-Z_]+(,[a-zA-Z_]+)*$" },
      include_fields: { type: "boolean" },
      q: { type: "string", maxLength: 4000 },
      from: { type: "string", pattern: "^[0-9]{1,100}$" },
      take: PAGE_SIZE,
    }),
    handle: searchLogs,
  },
];

import { defined } from "./defined.js";

/** @import { Core } from "./core.js" */
/** @import { Request } from "./http.js" */

const RETAINED = 10_000;

/**
 * Writes an event to the tenant log.
 * @param {Core} core
 * @param {string} type Auth0's event code
 * @param {Record<string, any>} fields undefined ones are omitted
 * @param {Request} request
 */
export function writeLog({ ids, clock, store }, type, fields, request) {
  if (store.logs.size >= RETAINED) store.logs.deleteOldest();
  const id = ids.log(clock.now());
  const client = store.clients.get(fields.client_id);
  store.logs.set({
    date: clock.iso(),
    type,
    description: null,
    ...(client && { client_name: client.name }),
    ...defined(fields),
    ip: request.ip,
    hostname: request.hostname,
    user_agent: request.headers["user-agent"] ?? "",
    isMobile: /Mobile|Android|iPhone/.test(request.headers["user-agent"] ?? ""),
    ...correlation(request),
    log_id: id,
    _id: id,
  });
}

/** @param {Request} request */
function correlation({ headers, method }) {
  const id = headers["x-correlation-id"];
  if (id === undefined || method === "GET") return {};
  return { references: { correlation_id: String(id).slice(0, 64) } };
}

const RETAINED = 10_000;

/**
 * Tenant log events.
 * @param {import("./core.js").Core} core
 * @param {string} type Auth0's event code
 */
export function writeLog(core, type, fields, request) {
  const { ids, clock, store } = core;
  if (store.logs.size >= RETAINED) store.logs.deleteOldest();
  const id = ids.log(clock.now());
  const client = store.clients.get(fields.client_id);
  const known = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  );
  store.logs.set({
    date: clock.iso(),
    type,
    description: null,
    ...(client && { client_name: client.name }),
    ...known,
    ip: request.ip,
    hostname: request.hostname,
    user_agent: request.headers["user-agent"] ?? "",
    isMobile: /Mobile|Android|iPhone/.test(request.headers["user-agent"] ?? ""),
    ...correlation(request),
    log_id: id,
    _id: id,
  });
}

function correlation({ headers, method }) {
  const id = headers["x-correlation-id"];
  if (id === undefined || method === "GET") return {};
  return { references: { correlation_id: String(id).slice(0, 64) } };
}

import { seedOf } from "../seed/check.js";
import { badRequest, ControlError } from "./errors.js";
import { checkDocument } from "./seeds.js";

/** @import { Tenant } from "../../index.js" */
/** @import { Route } from "./route.js" */

/**
 * What can be listed and added, by the names that seeds use.
 * @typedef {object} Rows
 * @property {(tenant: Tenant, userId?: string) => unknown[]} [list]
 * @property {(tenant: Tenant, row: any) => unknown} [add]
 */

/** @type {Record<string, Rows>} */
const TABLES = {
  users: {
    list: (tenant, id) => (id === undefined ? tenant.users() : [tenant.user(id) ?? []].flat()),
    add: (tenant, row) => tenant.addUser(row),
  },
  sessions: {
    list: (tenant, id) => tenant.sessions(id),
    add: (tenant, row) => tenant.addSession(row),
  },
  refreshTokens: {
    list: (tenant, id) => tenant.refreshTokens(id),
    add: (tenant, row) => tenant.addRefreshToken(row),
  },
  authenticationMethods: {
    list: (tenant, id) => tenant.authenticationMethods(id),
    add: (tenant, row) => tenant.addAuthenticationMethod(row),
  },
  grants: {
    list: (tenant, id) => tenant.grants(id),
    add: (tenant, row) => tenant.addGrant(row),
  },
  deviceCredentials: {
    list: (tenant, id) => tenant.deviceCredentials(id),
    add: (tenant, row) => tenant.addDeviceCredential(row),
  },
  blocks: {
    list: (tenant, id) => tenant.blocks(id),
    add: (tenant, row) => tenant.addBlock(row),
  },
  logs: { list: (tenant, id) => tenant.logs(id), add: (tenant, row) => tenant.addLog(row) },
  emails: { list: (tenant, id) => tenant.emails(id) },
  connections: {
    list: (tenant) => tenant.connections(),
    add: (tenant, row) => tenant.addConnection(row),
  },
  organizations: {
    list: (tenant) => tenant.organizations(),
    add: (tenant, row) => tenant.addOrganization(row),
  },
  clients: { add: (tenant, row) => tenant.addClient(row) },
  apis: { add: (tenant, row) => tenant.addApi(row) },
};

/**
 * @template {keyof Rows} Action
 * @param {string} name
 * @param {Action} action
 * @returns {NonNullable<Rows[Action]>}
 */
function tableOf(name, action) {
  const able = Object.keys(TABLES).filter((one) => TABLES[one][action]);
  const found = able.includes(name) && TABLES[name][action];
  if (found) return found;
  throw new ControlError(404, {
    key: "path",
    reason: `these rows do not exist, or there is no way to ${action} them`,
    fix: `use one of ${able.join(", ")}`,
  });
}

/** @type {Route[]} */
export const rowRoutes = [
  {
    method: "GET",
    url: "/rows/:table",
    query: {
      type: "object",
      additionalProperties: false,
      properties: { user_id: { type: "string" } },
    },
    handle: ({ tenant, params, query }) => ({
      rows: tableOf(params.table, "list")(tenant, query.user_id),
    }),
  },
  {
    method: "POST",
    url: "/rows/:table",
    status: 201,
    body: { type: "object" },
    example: '{"user_id":"auth0|1"}',
    handle({ core, tenant, params, body }) {
      const add = tableOf(params.table, "add");
      checkDocument(seedOf(params.table, body), core.store);
      try {
        return add(tenant, body);
      } catch (error) {
        const reason = /** @type {Error} */ (error).message;
        throw badRequest({ key: "body", reason, fix: "correct the row" });
      }
    },
  },
];

import { UnknownUser } from "../unknown-user.js";
import { badRequest, ControlError, refusing } from "./errors.js";

/** @import { Tenant } from "../../index.js" */
/** @import { Route } from "./route.js" */

/**
 * What can be listed and added, by the names that seeds use.
 * @typedef {object} Rows
 * @property {(tenant: Tenant, userId?: string) => unknown[]} [list]
 * @property {boolean} [isShared] whether the rows do not belong to users
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
    isShared: true,
    list: (tenant) => tenant.connections(),
    add: (tenant, row) => tenant.addConnection(row),
  },
  organizations: {
    isShared: true,
    list: (tenant) => tenant.organizations(),
    add: (tenant, row) => tenant.addOrganization(row),
  },
  clients: { add: (tenant, row) => tenant.addClient(row) },
  apis: { add: (tenant, row) => tenant.addApi(row) },
};

/**
 * @template {"list" | "add"} Action
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
    handle({ tenant, params: { table }, query: { user_id: userId } }) {
      const list = tableOf(table, "list");
      if (userId !== undefined && TABLES[table].isShared) {
        const fix = "list all of them, without user_id";
        throw badRequest({ key: "user_id", reason: `${table} do not belong to users`, fix });
      }
      try {
        return { rows: list(tenant, userId) };
      } catch (error) {
        if (error instanceof UnknownUser) throw new ControlError(404, error.refusal);
        throw error;
      }
    },
  },
  {
    method: "POST",
    url: "/rows/:table",
    status: 201,
    body: { type: "object" },
    example: '{"user_id":"auth0|1"}',
    handle({ tenant, params, body }) {
      const add = tableOf(params.table, "add");
      return refusing(() => add(tenant, body));
    },
  },
];

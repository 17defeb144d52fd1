import { ApiError } from "../errors.js";
import { checkpointPage, offsetPageWithoutLength } from "./pages.js";
import { offsetQuery, PAGE_SIZE } from "./schemas.js";
import { project } from "./users.js";

/** @import { Core } from "../core.js" */
/** @import { Call, Operation, Schema } from "./operation.js" */

const MEMBER_FIELDS = ["user_id", "email", "name", "picture"];

/** @type {Schema} */
const ID = {
  type: "object",
  properties: { id: { type: "string", format: "organization-id" } },
};

/**
 * Both styles of pagination: either parameter of a checkpoint decides.
 * @param {Schema["properties"]} [properties]
 */
const eitherPageQuery = (properties) =>
  offsetQuery({ from: { type: "string", minLength: 1 }, take: PAGE_SIZE, ...properties });

/**
 * A page in the style that the query asks for.
 * @param {Core} core
 * @param {{ id: string, shown: object }[]} rows
 * @param {Record<string, any>} query
 * @param {string} name of the rows in the response
 */
function pageOf(core, rows, query, name) {
  if (query.from === undefined && query.take === undefined) {
    refuseBeyondThousand(query);
    const shown = rows.map((row) => row.shown);
    return offsetPageWithoutLength(shown, query, name);
  }
  const dated = rows.map((row) => ({ ...row, created_at: undefined }));
  const { items, next } = checkpointPage(core, dated, query, ({ id }) => id);
  return { [name]: items.map((row) => row.shown), ...(next && { next }) };
}

/**
 * Not the message of other resources, and with a code.
 * @param {{ page?: number, per_page?: number }} query
 */
function refuseBeyondThousand({ page = 0, per_page = 50 }) {
  if ((page + 1) * per_page > 1000) {
    throw new ApiError(400, "Requesting page exceeds the allowed maximum of 1000 records", {
      code: "invalid_paging",
    });
  }
}

/** @param {Call} call */
function organizationOf({ core, params }) {
  const organization = core.store.organizations.get(params.id);
  if (!organization) throw new ApiError(404, "No organization found by that id or name");
  return organization;
}

/** @param {Call} call */
function list({ core, query }) {
  const rows = core.store.organizations.values().map((row) => ({ id: row.id, shown: row }));
  return pageOf(core, rows, query, "organizations");
}

/**
 * Members are users, of whom the list shows little.
 * @param {Call} call
 */
function listMembers(call) {
  const { core, query } = call;
  const rows = core.store.membersOf(organizationOf(call).id).map((user) => ({
    id: user.user_id,
    shown: project(project(user, { fields: MEMBER_FIELDS.join(",") }), query),
  }));
  return pageOf(core, rows, query, "members");
}

const FIELD = `(${MEMBER_FIELDS.join("|")})`;

/** @type {Operation[]} */
export const organizationOperations = [
  {
    id: "get_organizations",
    method: "GET",
    path: "/organizations",
    scopes: ["read:organizations"],
    query: eitherPageQuery(),
    handle: list,
  },
  {
    id: "get_organizations_by_id",
    method: "GET",
    path: "/organizations/:id",
    scopes: ["read:organizations"],
    params: ID,
    handle: organizationOf,
  },
  {
    id: "get_organization_members",
    method: "GET",
    path: "/organizations/:id/members",
    scopes: ["read:organization_members"],
    params: ID,
    query: eitherPageQuery({
      fields: { type: "string", pattern: `^${FIELD}(,${FIELD})*$` },
      include_fields: { type: "boolean" },
    }),
    handle: listMembers,
  },
];

import { ApiError, invalidBody, listedUserNotFound } from "../errors.js";
import { ownerOf } from "./lookup.js";
import { checkMetadata } from "./metadata.js";
import { checkpointPage } from "./pages.js";
import { checkpointQuery, userIdParam } from "./schemas.js";
import { FIELD_LIST, project } from "./users.js";

/** @import { Core } from "../core.js" */
/** @import { RefreshToken } from "../store/model.js" */
/** @import { Call, Operation } from "./operation.js" */

const TOKEN_ID = {
  type: "object",
  properties: { id: { type: "string", minLength: 1, maxLength: 30 } },
};

/** @param {Call} call */
function tokenOf({ core, params }) {
  const token = core.store.refreshTokens.get(params.id);
  if (!token) throw new ApiError(404, "The refresh token does not exist.");
  return token;
}

/** @param {Call} call */
function tokensOf(call) {
  return call.core.store.refreshTokens.of(ownerOf(call).user_id);
}

/**
 * Revokes tokens after `deleteDelay`.
 * @param {Core} core
 * @param {RefreshToken[]} tokens
 */
export function endRefreshTokens(core, tokens) {
  core.jobs.later(core.options.deleteDelay, () => {
    for (const token of tokens) core.store.deleteRefreshToken(token.id);
  });
}

/** @param {Call} call */
function listForUser(call) {
  const rows = tokensOf(call);
  const { items, next } = checkpointPage(call.core, rows, call.query);
  return {
    tokens: items,
    ...(next && { next }),
    ...(call.query.include_totals && { total: rows.length }),
  };
}

/** @param {Call} call */
function list({ core, query }) {
  const { store } = core;
  const { user_id: userId, client_id: clientId } = query;
  if (!store.users.has(userId)) throw listedUserNotFound();
  if (clientId !== undefined && !store.clients.has(clientId)) {
    throw new ApiError(404, "Client not found");
  }
  const rows = store.refreshTokens
    .of(userId)
    .filter((token) => clientId === undefined || token.client_id === clientId);
  const { items, next } = checkpointPage(core, rows, query, (token) => token.id);
  return {
    refresh_tokens: items.map((token) => project(token, query)),
    ...(next && { next }),
  };
}

/** @param {Call} call */
function update(call) {
  const token = tokenOf(call);
  const { refresh_token_metadata: metadata } = call.body;
  checkMetadata(metadata);
  token.refresh_token_metadata = metadata ?? null;
  return token;
}

/**
 * By ids, or by user, narrowed down by client and then by audience.
 * @param {Call} call
 */
function revoke({ core, body }) {
  const shape = Object.keys(body).sort().join(",");
  const known = ["ids", "user_id", "client_id,user_id", "audience,client_id,user_id"];
  if (!known.includes(shape)) throw invalidBody("'Invalid combination of properties'.");
  endRefreshTokens(core, body.ids ? byIds(core, body.ids) : byOwner(core, body));
  return {};
}

/**
 * @param {Core} core
 * @param {string[]} ids
 */
function byIds({ store }, ids) {
  return ids.map((id) => store.refreshTokens.get(id)).filter((token) => token !== undefined);
}

/**
 * @param {Core} core
 * @param {{ user_id: string, client_id?: string, audience?: string }} owner
 */
function byOwner({ store }, { user_id: userId, client_id: clientId, audience }) {
  if (!store.users.has(userId)) throw new ApiError(400, "User not found");
  if (clientId !== undefined && !store.clients.has(clientId)) {
    throw new ApiError(400, "Client not found");
  }
  if (audience !== undefined && !store.apis.has(audience)) {
    throw new ApiError(400, "Resource server not found");
  }
  return store.refreshTokens
    .of(userId)
    .filter(
      (token) =>
        (clientId === undefined || token.client_id === clientId) &&
        (audience === undefined ||
          token.resource_servers.some((server) => server.audience === audience)),
    );
}

const FOR_USER = "/users/:user_id/refresh-tokens";
const ALL = "/refresh-tokens";
const ONE = "/refresh-tokens/:id";
const shared = { enterprise: true };

/** @type {Operation[]} */
export const refreshTokenOperations = [
  {
    ...shared,
    id: "get_refresh_tokens_for_user",
    method: "GET",
    path: FOR_USER,
    scopes: ["read:refresh_tokens"],
    params: userIdParam("user_id"),
    // A recorded request shows that `per_page` is accepted here and has no effect.
    query: checkpointQuery({ include_totals: { type: "boolean" }, per_page: { type: "integer" } }),
    handle: listForUser,
  },
  {
    ...shared,
    id: "delete_refresh_tokens_for_user",
    method: "DELETE",
    path: FOR_USER,
    scopes: ["delete:refresh_tokens"],
    params: userIdParam("user_id"),
    status: 202,
    handle(call) {
      endRefreshTokens(call.core, tokensOf(call));
      return {};
    },
  },
  {
    ...shared,
    id: "get_refresh_tokens",
    method: "GET",
    path: ALL,
    scopes: ["read:refresh_tokens"],
    query: checkpointQuery(
      {
        user_id: { type: "string", format: "user-id" },
        client_id: { type: "string", format: "client-id" },
        ...FIELD_LIST,
      },
      ["user_id"],
    ),
    handle: list,
  },
  {
    ...shared,
    id: "revoke_refresh_tokens",
    method: "POST",
    path: `${ALL}/revoke`,
    scopes: ["delete:refresh_tokens"],
    status: 202,
    body: {
      type: "object",
      additionalProperties: false,
      properties: {
        ids: {
          type: "array",
          minItems: 1,
          maxItems: 100,
          items: { type: "string", minLength: 1, maxLength: 30 },
        },
        user_id: { type: "string", format: "user-id", minLength: 1, maxLength: 300 },
        client_id: { type: "string", format: "client-id", minLength: 1, maxLength: 64 },
        audience: { type: "string", minLength: 1 },
      },
    },
    handle: revoke,
  },
  {
    ...shared,
    id: "get_refresh_token",
    method: "GET",
    path: ONE,
    scopes: ["read:refresh_tokens"],
    params: TOKEN_ID,
    handle: tokenOf,
  },
  {
    ...shared,
    id: "patch_refresh-tokens_by_id",
    method: "PATCH",
    path: ONE,
    scopes: ["update:refresh_tokens"],
    params: TOKEN_ID,
    body: {
      type: "object",
      additionalProperties: false,
      minProperties: 1,
      properties: { refresh_token_metadata: { type: ["object", "null"] } },
    },
    handle: update,
  },
  {
    ...shared,
    id: "delete_refresh_token",
    method: "DELETE",
    path: ONE,
    scopes: ["delete:refresh_tokens"],
    params: TOKEN_ID,
    status: ({ quirks }) => quirks.deleteRefreshTokenStatus,
    handle({ core, params }) {
      endRefreshTokens(core, byIds(core, [params.id]));
      return core.quirks.deleteRefreshTokenStatus === 204 ? undefined : {};
    },
  },
];

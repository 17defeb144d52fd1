import { ApiError, listedUserNotFound } from "../errors.js";
import { invalidBody } from "./operation.js";
import { checkpointPage } from "./pages.js";
import { checkpointQuery, metadataFits, userIdParam } from "./schemas.js";
import { FIELD_LIST, project } from "./users.js";

const TOKEN_ID = {
  type: "object",
  properties: { id: { type: "string", minLength: 1, maxLength: 30 } },
};

function tokenOf({ core, params }) {
  const token = core.store.refreshTokens.get(params.id);
  if (!token) throw new ApiError(404, "The refresh token does not exist.");
  return token;
}

function tokensOf({ core, params }) {
  if (!core.store.users.has(params.user_id)) throw listedUserNotFound();
  return core.store.refreshTokens.of(params.user_id);
}

/** Revokes tokens when the tenant gets round to it. */
export function endRefreshTokens(core, tokens) {
  core.jobs.later(core.options.deleteDelay, () => {
    for (const token of tokens) core.store.deleteRefreshToken(token.id);
  });
}

function listForUser(call) {
  const rows = tokensOf(call);
  const { items, next } = checkpointPage(call.core, rows, call.query);
  return {
    tokens: items,
    ...(next && { next }),
    ...(call.query.include_totals && { total: rows.length }),
  };
}

function list({ core, query }) {
  const { store } = core;
  if (!store.users.has(query.user_id)) throw listedUserNotFound();
  if (query.client_id !== undefined && !store.clients.has(query.client_id)) {
    throw new ApiError(404, "Client not found");
  }
  const rows = store.refreshTokens
    .of(query.user_id)
    .filter((token) => query.client_id === undefined || token.client_id === query.client_id);
  const { items, next } = checkpointPage(core, rows, query, (token) => token.id);
  return {
    refresh_tokens: items.map((token) => project(token, query)),
    ...(next && { next }),
  };
}

function update(call) {
  const token = tokenOf(call);
  const { refresh_token_metadata: metadata } = call.body;
  if (!metadataFits(metadata)) {
    throw new ApiError(
      400,
      "Metadata must not exceed 25 entries. Each key and value must be ≤ 255 characters.",
      { bare: true },
    );
  }
  token.refresh_token_metadata = metadata ?? null;
  return token;
}

/** By ids, or by user with client and audience narrowing it, in that order. */
function revoke({ core, body }) {
  const shape = Object.keys(body).sort().join(",");
  const known = ["ids", "user_id", "client_id,user_id", "audience,client_id,user_id"];
  if (!known.includes(shape)) throw invalidBody("'Invalid combination of properties'.");
  endRefreshTokens(core, body.ids ? byIds(core, body.ids) : byOwner(core, body));
  return {};
}

function byIds(core, ids) {
  return ids.map((id) => core.store.refreshTokens.get(id)).filter(Boolean);
}

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

/** @type {import("./operation.js").Operation[]} */
export const refreshTokenOperations = [
  {
    ...shared,
    id: "get_refresh_tokens_for_user",
    method: "GET",
    path: FOR_USER,
    scopes: ["read:refresh_tokens"],
    params: userIdParam("user_id"),
    // A recording shows `per_page` taken here, and without effect.
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

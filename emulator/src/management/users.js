import { grantedScopes } from "./access.js";
import { userOf } from "./lookup.js";
import { userIdParam } from "./schemas.js";

/** @import { Core } from "../core.js" */
/** @import { Identity, User } from "../store/model.js" */
/** @import { Claims } from "../tokens.js" */
/** @import { Operation } from "./operation.js" */

/** @typedef {{ fields?: string, include_fields?: boolean }} FieldQuery */

/** `fields` and `include_fields`, which several operations share. */
export const FIELD_LIST = {
  fields: { type: "string", pattern: "^[a-z_]+(,[a-z_]+)*$" },
  include_fields: { type: "boolean" },
};

const USER_FIELDS = [
  "phone_number",
  "email",
  "email_verified",
  "picture",
  "username",
  "user_id",
  "name",
  "nickname",
  "created_at",
  "identities",
  "app_metadata",
  "user_metadata",
  "last_ip",
  "last_login",
  "logins_count",
  "updated_at",
  "blocked",
  "family_name",
  "given_name",
].join("|");

export const USER_FIELD_LIST = {
  ...FIELD_LIST,
  fields: { type: "string", pattern: `^(${USER_FIELDS})(,(${USER_FIELDS}))*$` },
};

/**
 * Keeps the requested fields, or all others.
 * @param {object} row
 * @param {FieldQuery} query
 */
export function project(row, { fields, include_fields: include = true }) {
  if (fields === undefined) return row;
  const named = new Set(fields.split(","));
  return Object.fromEntries(Object.entries(row).filter(([name]) => named.has(name) === include));
}

const IDP_TOKENS = ["access_token", "access_token_secret", "refresh_token", "expires_in"];

/**
 * A user as the caller may see it: tokens of identity providers need a scope of their own.
 * @param {Core} core
 * @param {User} user
 * @param {Claims} claims
 * @param {FieldQuery} [query]
 */
export function presentUser(core, user, claims, query = {}) {
  const seesTokens = grantedScopes(claims).includes("read:user_idp_tokens");
  const shown = {
    ...user,
    ...(core.quirks.stringEmailVerified && { email_verified: String(user.email_verified) }),
    identities: user.identities.map((identity) => presentIdentity(core, identity, seesTokens)),
  };
  return project(shown, query);
}

/**
 * @param {Core} core
 * @param {Identity} identity
 */
export function presentIdentity({ quirks }, identity, seesTokens = false) {
  const hidden = new Set(seesTokens ? [] : IDP_TOKENS);
  const shown = Object.fromEntries(Object.entries(identity).filter(([key]) => !hidden.has(key)));
  if (quirks.numericIdentityIds && /^\d{1,15}$/.test(String(shown.user_id))) {
    shown.user_id = Number(shown.user_id);
  }
  return shown;
}

/** @type {Operation[]} */
export const userOperations = [
  {
    id: "get_users-by-email",
    method: "GET",
    path: "/users-by-email",
    scopes: ["read:users"],
    query: {
      type: "object",
      additionalProperties: false,
      required: ["email"],
      properties: {
        email: {
          type: "string",
          format: "email",
          description: "Email address to search for (case-sensitive)",
        },
        ...USER_FIELD_LIST,
      },
    },
    handle({ core, claims, query }) {
      return core.store.users
        .values()
        .filter((user) => user.email === query.email)
        .map((user) => presentUser(core, user, claims, query));
    },
  },
  {
    id: "get_users_by_id",
    method: "GET",
    path: "/users/:id",
    scopes: ["read:users", "read:current_user"],
    params: userIdParam(),
    query: { type: "object", additionalProperties: false, properties: USER_FIELD_LIST },
    handle: (call) => presentUser(call.core, userOf(call), call.claims, call.query),
  },
];

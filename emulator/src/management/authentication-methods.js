import { ApiError } from "../errors.js";
import { userOf } from "./lookup.js";
import { offsetPageWithoutLength } from "./pages.js";
import { offsetQuery, userIdParam } from "./schemas.js";

/** @import { Core } from "../core.js" */
/** @import { AuthenticationMethod } from "../store/model.js" */
/** @import { Call, Operation, Schema } from "./operation.js" */

/**
 * Methods are addressed below their user, so the id of another user's method finds nothing.
 * @param {Call} call
 */
function methodOf(call) {
  const { store } = call.core;
  const method = store.authenticationMethods.get(call.params.authentication_method_id);
  if (method?.user_id === userOf(call).user_id) return method;
  throw new ApiError(404, "The authentication method does not exist.");
}

/**
 * Reads mask phone numbers and emails. No response contains the secret of a factor.
 * @param {AuthenticationMethod} given
 */
function present(given, { masked = true } = {}) {
  const { user_id: _owner, totp_secret: _secret, ...method } = given;
  if (!masked) return method;
  const { phone_number: phone, email } = method;
  return {
    ...method,
    ...(phone && { phone_number: "X".repeat(Math.max(0, phone.length - 4)) + phone.slice(-4) }),
    ...(email && { email: maskEmail(email) }),
  };
}

/** @param {string} email */
function maskEmail(email) {
  const [local, host] = email.split("@");
  return `${local.slice(0, 4)}****@${host.slice(0, 4)}*******`;
}

/** @param {Call} call */
function list(call) {
  const methods = call.core.store.authenticationMethods.of(userOf(call).user_id);
  const shown = methods.map((method) => present(method));
  const page = offsetPageWithoutLength(shown, call.query, "authenticators");
  if (Array.isArray(page) || methods.length > 0) return page;
  // A recorded response for an empty list has no total.
  const { total: _total, ...rest } = page;
  return rest;
}

/**
 * @param {Core} core
 * @param {string} userId
 * @param {any} body
 */
function create(core, userId, { totp_secret: _secret, ...given }) {
  const { ids, clock, store } = core;
  const id = ids.device(given.type);
  /** @type {AuthenticationMethod} */
  const method = { id, user_id: userId, confirmed: true, ...given, created_at: clock.iso() };
  if (given.type === "phone") {
    const factor = given.preferred_authentication_method ?? "sms";
    method.preferred_authentication_method = factor;
    method.authentication_methods = [{ id: id.replace("phone", factor), type: factor }];
  }
  store.authenticationMethods.set(method);
  const { confirmed: _confirmed, ...shown } = present(method, { masked: false });
  return shown;
}

/** @param {Call} call */
function replaceAll(call) {
  const { user_id: userId } = userOf(call);
  const table = call.core.store.authenticationMethods;
  for (const method of table.of(userId)) table.delete(method.id);
  return call.body.map((/** @type {unknown} */ method) => create(call.core, userId, method));
}

/** @param {Call} call */
function removeAll(call) {
  const table = call.core.store.authenticationMethods;
  const methods = table.of(userOf(call).user_id);
  if (methods.some((method) => method.type === "passkey")) {
    throw new ApiError(
      403,
      "Operation not permitted when the user has registered at least 1 passkey",
    );
  }
  for (const method of methods) table.delete(method.id);
}

/**
 * Methods that are linked to each other are deleted together.
 * @param {Call} call
 */
function remove(call) {
  const { id, link_id: linkId, user_id: userId } = methodOf(call);
  const table = call.core.store.authenticationMethods;
  for (const method of table.of(userId)) {
    const isLinked = method.id === linkId || method.link_id === id;
    if (method.id === id || isLinked) table.delete(method.id);
  }
}

/** @param {Call} call */
function update(call) {
  const method = Object.assign(methodOf(call), call.body);
  const { confirmed: _confirmed, ...shown } = present(method);
  return shown;
}

const TEXT = { type: "string", minLength: 1 };
const fields = {
  name: { type: "string", minLength: 1, maxLength: 20 },
  phone_number: { type: "string", minLength: 2, maxLength: 30 },
  preferred_authentication_method: { type: "string", enum: ["voice", "sms"] },
  totp_secret: TEXT,
};

/** The first three are also those of security keys. */
const webauthnFields = {
  key_id: TEXT,
  public_key: TEXT,
  relying_party_identifier: TEXT,
  aaguid: TEXT,
  credential_device_type: { type: "string", enum: ["single_device", "multi_device"] },
  credential_backed_up: { type: "boolean" },
  identity_user_id: TEXT,
  user_agent: TEXT,
  user_handle: TEXT,
  transports: { type: "array", items: TEXT },
};

/**
 * @param {string[]} types
 * @param {Schema["properties"]} [more]
 * @returns {Schema}
 */
const creation = (types, more = {}) => ({
  type: "object",
  additionalProperties: false,
  required: ["type"],
  properties: { type: { type: "string", enum: types }, email: TEXT, ...fields, ...more },
});

const ALL = "/users/:id/authentication-methods";
const ONE = `${ALL}/:authentication_method_id`;

/** @type {Operation[]} */
export const authenticationMethodOperations = [
  {
    id: "get_authentication-methods",
    method: "GET",
    path: ALL,
    scopes: ["read:authentication_methods"],
    params: userIdParam(),
    query: offsetQuery(),
    handle: list,
  },
  {
    id: "post_authentication-methods",
    description: "Create an authentication method",
    method: "POST",
    path: ALL,
    scopes: ["create:authentication_methods"],
    params: userIdParam(),
    status: 201,
    body: creation(["phone", "email", "totp", "webauthn-roaming", "passkey"], webauthnFields),
    handle: (call) => create(call.core, userOf(call).user_id, call.body),
  },
  {
    id: "put_authentication-methods",
    description: "Replace all authentication methods",
    method: "PUT",
    path: ALL,
    scopes: ["update:authentication_methods"],
    params: userIdParam(),
    body: { type: "array", items: creation(["phone", "email", "totp"]) },
    handle: replaceAll,
  },
  {
    id: "delete_authentication-methods",
    description: "Delete all authentication methods",
    method: "DELETE",
    path: ALL,
    scopes: ["delete:authentication_methods"],
    params: userIdParam(),
    status: 204,
    handle: removeAll,
  },
  {
    id: "get_authentication-methods_by_authentication_method_id",
    method: "GET",
    path: ONE,
    scopes: ["read:authentication_methods"],
    params: userIdParam(),
    handle: (call) => present(methodOf(call)),
  },
  {
    id: "patch_authentication-methods_by_authentication_method_id",
    description: "Update an authentication method",
    method: "PATCH",
    path: ONE,
    scopes: ["update:authentication_methods"],
    params: userIdParam(),
    body: {
      type: "object",
      additionalProperties: false,
      properties: {
        name: fields.name,
        preferred_authentication_method: fields.preferred_authentication_method,
      },
    },
    handle: update,
  },
  {
    id: "delete_authentication-methods_by_authentication_method_id",
    description: "Delete an authentication method",
    method: "DELETE",
    path: ONE,
    scopes: ["delete:authentication_methods"],
    params: userIdParam(),
    status: 204,
    handle: remove,
  },
  {
    id: "post_invalidate-remember-browser",
    description: "Invalidate all remembered browsers for MFA",
    method: "POST",
    path: "/users/:id/multifactor/actions/invalidate-remember-browser",
    scopes: ["update:users"],
    params: userIdParam(),
    status: 204,
    handle(call) {
      userOf(call);
    },
  },
];

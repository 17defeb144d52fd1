import { CONNECTION_ID } from "./schemas.js";

/** @import { Core } from "../core.js" */
/** @import { User } from "../store/model.js" */
/** @import { Schema } from "./operation.js" */

/** @typedef {{ provider: string, user_id: string, connection_id?: string }} NamedIdentity */

/**
 * The identity of a user that a body names.
 * @param {Core} core
 * @param {User} user
 * @param {NamedIdentity} named
 */
export function findIdentity(
  core,
  user,
  { provider, user_id: userId, connection_id: connectionId },
) {
  const connection = core.store.connectionById(connectionId);
  return user.identities.find(
    (one) =>
      one.provider === provider &&
      String(one.user_id) === userId &&
      (connectionId === undefined || one.connection === connection?.name),
  );
}

/**
 * @param {string[]} providers
 * @returns {Schema}
 */
export const identitySchema = (providers) => ({
  type: "object",
  additionalProperties: false,
  required: ["user_id", "provider"],
  properties: {
    user_id: { type: "string" },
    provider: { type: "string", enum: providers },
    connection_id: CONNECTION_ID,
  },
});

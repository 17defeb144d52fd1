import { listedUserNotFound, userNotFound } from "../errors.js";

/** @import { Call } from "./operation.js" */

/**
 * The user that the `id` in the path names.
 * @param {Pick<Call, "core" | "params">} call
 */
export function userOf({ core, params }) {
  const user = core.store.users.get(params.id);
  if (!user) throw userNotFound();
  return user;
}

/**
 * The user whose sessions or refresh tokens the path names.
 * @param {Pick<Call, "core" | "params">} call
 */
export function ownerOf({ core, params }) {
  const user = core.store.users.get(params.user_id);
  if (!user) throw listedUserNotFound();
  return user;
}

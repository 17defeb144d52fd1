import { endSessionsOf } from "./backchannel-logout.js";

/** @import { Core } from "./core.js" */
/** @import { User } from "./store/model.js" */

/**
 * Gives a user a new password, through the Management API or by a ticket. It ends the user's sessions,
 * but not the refresh tokens, and lifts an administrator's block.
 * @param {Core} core
 * @param {User} user
 * @param {string | number} identityId of the identity whose password it is
 * @param {string} password
 */
export function resetPassword(core, user, identityId, password) {
  const { clock, store } = core;
  store.passwords.set(`auth0|${identityId}`, password);
  user.last_password_reset = clock.iso();
  if (user.blocked) user.blocked = false;
  endSessionsOf(core, user.user_id, "password-changed");
}

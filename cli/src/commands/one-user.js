import { confirmChange } from "../confirm.js";
import { usage } from "../failure.js";
import { interruptible } from "../interrupts.js";
import { withService } from "../service.js";
import { userFromText } from "../users/reference.js";

/**
 * @import { Auth0UserSecurityService } from "@archie/auth0-user-security"
 * @import { ConnectionOptions } from "../service.js"
 * @import { OutputOptions } from "../output/print-rows.js"
 * @import { User } from "../users/reference.js"
 */
/** @typedef {ConnectionOptions & OutputOptions & { connection?: string, yes?: boolean, actor?: string }} UserOptions */
/** @typedef {{ service: Auth0UserSecurityService, user: User, call: { signal: AbortSignal, timeoutMs?: number, actor?: string } }} Call */

/**
 * Runs a command about one user.
 * @param {string} name id or email
 * @param {UserOptions} options
 * @param {(call: Call) => Promise<void>} run
 * @param {string} [question] asked before something is changed
 */
export function forUser(name, options, run, question) {
  const user = userOf(name, options);
  return interruptible((signal) =>
    withService(options, async ({ service, tenant }) => {
      if (question) await confirmChange(`${question} Tenant: ${tenant}.`, options, signal);
      const timeoutMs = options.timeout && options.timeout * 1000;
      const actor = question === undefined ? undefined : options.actor;
      await run({
        service,
        user,
        call: { signal, ...(timeoutMs && { timeoutMs }), ...(actor && { actor }) },
      });
    }),
  );
}

/**
 * @param {string} name
 * @param {UserOptions} options
 * @returns {User}
 */
function userOf(name, { connection }) {
  const user = parsed(name);
  if (connection === undefined) return user;
  if (user.email === undefined)
    throw usage("--connection limits an email to one account: an id needs none");
  return { ...user, connection };
}

/** @param {string} name */
function parsed(name) {
  try {
    return userFromText(name);
  } catch (error) {
    throw usage(`"${name}" is not a user: ${/** @type {Error} */ (error).message}`);
  }
}

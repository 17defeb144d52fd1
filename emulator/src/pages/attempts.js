import { DATABASE } from "../store/rows.js";

/** @import { Login } from "../authentication/finish.js" */
/** @import { Core } from "../core.js" */

const FAILURES_BEFORE_BLOCK = 10;

/**
 * Brute-force protection: ten wrong passwords block a user name from an IP address.
 * @param {Login} login
 * @param {string} username
 */
export function isBlockedHere({ core, request }, username) {
  const user = findByName(core, username);
  const blocks = (user && core.store.blocks.get(user.user_id)) ?? [];
  return blocks.some((block) => block.identifier === username && block.ip === request.ip);
}

/**
 * Counts a wrong password, and blocks the user when there were too many.
 * @param {Login} login
 * @param {string} username
 */
export function recordFailure({ core, request, transaction }, username) {
  const user = findByName(core, username);
  const known = { user_name: username, client_id: transaction.clientId, connection: DATABASE };
  core.log(user ? "fp" : "fu", { ...known, user_id: user?.user_id }, request);
  if (!user) return;
  const { blocks, failures } = core.store;
  const key = `${user.user_id} ${request.ip}`;
  const count = (failures.get(key) ?? 0) + 1;
  failures.set(key, count);
  if (count < FAILURES_BEFORE_BLOCK) return;
  const { connection } = user.identities[0];
  const block = { identifier: username, ip: request.ip, connection };
  blocks.set(user.user_id, [...(blocks.get(user.user_id) ?? []), block]);
  failures.delete(key);
  core.log("limit_wc", { ...known, user_id: user.user_id }, request);
}

/**
 * @param {Core} core
 * @param {string} username
 */
function findByName(core, username) {
  const lower = username.toLowerCase();
  return core.store.users
    .values()
    .find(
      (user) =>
        user.identities[0].provider === "auth0" &&
        [user.email, user.username].some((name) => name?.toLowerCase() === lower),
    );
}

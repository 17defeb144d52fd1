import { DATABASE } from "../store/rows.js";
import { accountsNamed } from "./passwords.js";

/** @import { Login } from "../authentication/finish.js" */
/** @import { User } from "../store/model.js" */

const FAILURES_BEFORE_BLOCK = 10;

/**
 * Brute-force protection: ten wrong passwords in a row block a user name, in upper or lower case, from an
 * IP address.
 * @param {Login} login
 * @param {string} username
 */
export function isBlockedHere(login, username) {
  const { core, request } = login;
  const name = username.toLowerCase();
  return accountsNamed(login, username)
    .flatMap(({ user }) => core.store.blocks.get(user.user_id) ?? [])
    .some(({ identifier, ip }) => identifier.toLowerCase() === name && ip === request.ip);
}

/**
 * Counts a wrong password, and blocks the user when there were too many.
 * @param {Login} login
 * @param {string} username
 */
export function recordFailure(login, username) {
  const { core, request, transaction } = login;
  const [{ user, identity } = {}] = accountsNamed(login, username);
  const connection = identity?.connection ?? transaction.connection ?? DATABASE;
  const known = { user_name: username, client_id: transaction.clientId, connection };
  core.log(user ? "fp" : "fu", { ...known, user_id: user?.user_id }, request);
  if (!user) return;
  const { blocks, failures } = core.store;
  const key = keyOf(login, user);
  const count = (failures.get(key) ?? 0) + 1;
  failures.set(key, count);
  if (count < FAILURES_BEFORE_BLOCK) return;
  const block = { identifier: username, ip: request.ip, connection };
  blocks.set(user.user_id, [...(blocks.get(user.user_id) ?? []), block]);
  failures.delete(key);
  core.log("limit_wc", { ...known, user_id: user.user_id }, request);
}

/**
 * A right password begins the count anew.
 * @param {Login} login
 * @param {User} user
 */
export function forgetFailures(login, user) {
  login.core.store.failures.delete(keyOf(login, user));
}

/**
 * @param {Login} login
 * @param {User} user
 */
const keyOf = ({ request }, user) => `${user.user_id} ${request.ip}`;

import { DATABASE } from "../store/rows.js";

/** @import { Login } from "../authentication/finish.js" */
/** @import { Account } from "./passwords.js" */

const FAILURES_BEFORE_BLOCK = 10;

/**
 * Brute-force protection: ten wrong passwords in a row block a user name, in upper or lower case, of an account from
 * an IP address.
 * @param {Login} login
 * @param {string} username
 * @param {Account} account
 */
export function isBlockedHere({ core, request }, username, { user, identity }) {
  const blocks = core.store.blocks.get(user.user_id) ?? [];
  return blocks.some(
    ({ identifier, ip, connection = identity.connection }) =>
      identifier.toLowerCase() === username.toLowerCase() &&
      ip === request.ip &&
      connection === identity.connection,
  );
}

/**
 * Counts a wrong password for each account that it may have been meant for, and blocks those with too many.
 * @param {Login} login
 * @param {string} username
 * @param {Account[]} accounts
 */
export function recordFailure(login, username, accounts) {
  for (const account of accounts) recordFailureOf(login, username, account);
  if (accounts.length > 0) return;
  const { core, request, transaction } = login;
  const { clientId: client_id, connection = DATABASE } = transaction;
  core.log("fu", { user_name: username, client_id, connection, user_id: undefined }, request);
}

/**
 * @param {Login} login
 * @param {string} username
 * @param {Account} account
 */
function recordFailureOf(login, username, account) {
  const { core, request, transaction } = login;
  const { user_id } = account.user;
  const { connection } = account.identity;
  const known = { user_name: username, client_id: transaction.clientId, connection, user_id };
  core.log("fp", known, request);
  const { blocks, failures } = core.store;
  const key = keyOf(login, account);
  const count = (failures.get(key) ?? 0) + 1;
  failures.set(key, count);
  if (count < FAILURES_BEFORE_BLOCK) return;
  const block = { identifier: username, ip: request.ip, connection };
  blocks.set(user_id, [...(blocks.get(user_id) ?? []), block]);
  failures.delete(key);
  core.log("limit_wc", known, request);
}

/**
 * A right password begins the count anew.
 * @param {Login} login
 * @param {Account[]} accounts
 */
export function forgetFailures(login, accounts) {
  for (const account of accounts) login.core.store.failures.delete(keyOf(login, account));
}

/**
 * @param {Login} login
 * @param {Account} account
 */
const keyOf = ({ request }, { user, identity }) =>
  `${user.user_id} ${identity.connection} ${request.ip}`;

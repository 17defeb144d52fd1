import { OAuthError } from "../errors.js";

/** @import { Core } from "../core.js" */
/** @import { Reply } from "../http.js" */
/** @import { Client } from "../store/model.js" */

/** @typedef {"per_hour" | "per_day"} WindowName */
/** @typedef {{ name: WindowName, quota: number, key: string, used: number, rest: number }} Window */

const SECONDS = { per_hour: 3600, per_day: 86_400 };

/**
 * Counts a machine token against the client's quotas per UTC hour and day. Tokens for the Management
 * API are exempt.
 * @param {Core} core
 * @param {Client} client
 * @param {Reply} reply
 */
export function spendQuota(core, client, reply) {
  if (!client.token_quota) return;
  const windows = Object.entries(client.token_quota).map(([name, quota]) =>
    windowOf(core, client, /** @type {WindowName} */ (name), quota),
  );
  const empty = windows.find((window) => window.used >= window.quota);
  if (!empty) for (const window of windows) core.store.quotas.set(window.key, ++window.used);
  reply.header("auth0-client-quota-limit", windows.map(describe).join(","));
  if (!empty) return;
  reply.header("x-ratelimit-limit", empty.quota);
  reply.header("x-ratelimit-remaining", 0);
  reply.header("x-ratelimit-reset", core.clock.seconds() + empty.rest);
  reply.header("retry-after", empty.rest);
  throw new OAuthError(429, "too_many_requests", "Client quota exceeded");
}

/**
 * @param {Core} core
 * @param {Client} client
 * @param {WindowName} name
 * @param {number} quota
 * @returns {Window}
 */
function windowOf(core, { client_id: clientId }, name, quota) {
  const now = core.clock.seconds();
  const length = SECONDS[name];
  const key = `${clientId} ${name} ${Math.floor(now / length)}`;
  const used = core.store.quotas.get(key) ?? 0;
  return { name, quota, key, used, rest: length - (now % length) };
}

/** @param {Window} window */
const describe = ({ name, quota, used, rest }) =>
  `b=${name};q=${quota};r=${Math.max(0, quota - used)};t=${rest}`;

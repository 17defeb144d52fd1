import { checkValue, RULES } from "../check-options.js";
import { device } from "../store/rows.js";
import { USER_AGENTS } from "./user-agents.js";

/** @import * as declared from "../../index.js" */

/**
 * @param {string} helper
 * @param {{ userId?: unknown, count: unknown }} given
 */
function check(helper, given) {
  if ("userId" in given) {
    checkValue(`The user id of ${helper}`, given.userId, RULES.text);
  }
  checkValue(`The count of ${helper}`, given.count, RULES.count);
}

const AGENTS = Object.values(USER_AGENTS);

/** @type {typeof declared.manySessions} */
export function manySessions(userId, count, { now = Date.now(), actor } = {}) {
  check("manySessions", { userId, count });
  return Array.from({ length: count }, (_, index) => ({
    user_id: userId,
    created_at: new Date(now - 3_600_000 - index * 60_000).toISOString(),
    last_interacted_at: new Date(now - index * 60_000).toISOString(),
    device: device(AGENTS[index % AGENTS.length], `203.0.113.${index % 250}`),
    ...(actor && { actor }),
  }));
}

/** @type {typeof declared.manyRefreshTokens} */
export function manyRefreshTokens(userId, count, { now = Date.now() } = {}) {
  check("manyRefreshTokens", { userId, count });
  return Array.from({ length: count }, (_, index) => ({
    user_id: userId,
    created_at: new Date(now - index * 60_000).toISOString(),
  }));
}

/** @type {typeof declared.manyUsers} */
export function manyUsers(count) {
  check("manyUsers", { count });
  return Array.from({ length: count }, (_, index) => ({
    user_id: `auth0|${index.toString(16).padStart(24, "0")}`,
    email: `person${index}@example.com`,
    email_verified: true,
  }));
}

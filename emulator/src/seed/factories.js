import { device } from "./rows.js";
import { USER_AGENTS } from "./user-agents.js";

const AGENTS = Object.values(USER_AGENTS);

/**
 * Many live sessions of one user, newest first, with ever-changing devices.
 * @param {string} userId
 * @param {number} count
 * @param {{ now?: number }} [options]
 */
export function manySessions(userId, count, { now = Date.now() } = {}) {
  return Array.from({ length: count }, (_, index) => ({
    user_id: userId,
    created_at: new Date(now - 3_600_000 - index * 60_000).toISOString(),
    last_interacted_at: new Date(now - index * 60_000).toISOString(),
    device: device(AGENTS[index % AGENTS.length], `203.0.113.${index % 250}`),
  }));
}

/** Many refresh tokens of one user. */
export function manyRefreshTokens(userId, count, { now = Date.now() } = {}) {
  return Array.from({ length: count }, (_, index) => ({
    user_id: userId,
    created_at: new Date(now - index * 60_000).toISOString(),
  }));
}

/** Many database users, `person0@example.com` and on. */
export function manyUsers(count) {
  return Array.from({ length: count }, (_, index) => ({
    user_id: `auth0|${index.toString(16).padStart(24, "0")}`,
    email: `person${index}@example.com`,
    email_verified: true,
  }));
}

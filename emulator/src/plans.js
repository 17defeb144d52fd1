/** @import { Plan } from "../index.js" */

/**
 * A token bucket: how many requests at once, and how many are added back per second.
 * @typedef {{ burst: number, perSecond: number }} Rate
 */

/**
 * @typedef {object} PlanLimits
 * @property {boolean} [sessionManagement] whether the plan includes session management
 * @property {Rate} [management] for the whole Management API
 * @property {Rate} [authentication] for the whole Authentication API
 * @property {Record<string, Rate>} groups for each limit group
 */

/**
 * @param {number} burst
 * @param {number} sustained
 */
const perMinute = (burst, sustained) => ({ burst, perSecond: sustained / 60 });

/** @param {number} burst */
const perSecond = (burst, sustained = burst) => ({ burst, perSecond: sustained });

const selfService = {
  users_read: perMinute(40, 500),
  users_write: perMinute(20, 200),
  users_delete: perMinute(20, 200),
  logs_read: perMinute(10, 100),
  device_credentials_write: perMinute(5, 100),
  other: perMinute(10, 150),
};

/**
 * The rate limits that Auth0 publishes.
 * @type {Record<Plan, PlanLimits>}
 */
export const PLANS = {
  unlimited: {
    sessionManagement: true,
    management: perSecond(1_000_000),
    authentication: perSecond(1_000_000),
    groups: {},
  },
  free: {
    management: perSecond(2),
    authentication: perMinute(300, 300),
    groups: { token: perSecond(30), jwks: perSecond(20), userinfo: perMinute(10, 5) },
  },
  essentials: {
    authentication: perSecond(25),
    groups: { ...selfService, userinfo: perMinute(10, 5) },
  },
  enterprise: {
    sessionManagement: true,
    management: perSecond(50, 16),
    authentication: perSecond(100),
    groups: { userinfo: perMinute(10, 5) },
  },
  "private-cloud": {
    sessionManagement: true,
    management: perSecond(50),
    authentication: perSecond(100),
    groups: { userinfo: perMinute(10, 5) },
  },
};

import { defined } from "./defined.js";

/** @import { Plan, RateLimitOptions } from "../index.js" */

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

/**
 * A tier of Auth0's Private Cloud: the Management API has half of its requests a second.
 * @param {number} tier
 * @returns {PlanLimits}
 */
const privateCloud = (tier) => ({
  sessionManagement: true,
  management: perSecond(tier / 2),
  authentication: perSecond(tier),
  groups: { userinfo: perMinute(10, 5) },
});

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
  "private-cloud": privateCloud(100),
  "private-cloud-500": privateCloud(500),
  "private-cloud-1500": privateCloud(1500),
  "private-cloud-3000": privateCloud(3000),
  "private-cloud-6000": privateCloud(6000),
  "private-cloud-10000": privateCloud(10_000),
};

/**
 * A plan with some of its limits replaced.
 * @param {Plan} plan
 * @param {RateLimitOptions} own
 * @returns {PlanLimits}
 */
export function withOwnLimits(plan, { management, authentication, ...groups }) {
  const { groups: usual, ...rest } = PLANS[plan];
  return {
    ...rest,
    ...(management && { management }),
    ...(authentication && { authentication }),
    groups: { ...usual, .../** @type {Record<string, Rate>} */ (defined(groups)) },
  };
}

/** The names under which limits can be replaced: two APIs and the limit groups. */
export const LIMITS = [
  "management",
  "authentication",
  ...Object.keys(selfService),
  "token",
  "jwks",
  "userinfo",
];

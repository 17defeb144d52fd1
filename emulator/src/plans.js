const perMinute = (burst, sustained) => ({ burst, perSecond: sustained / 60 });
const perSecond = (burst, sustained = burst) => ({ burst, perSecond: sustained });
const selfService = {
  users_read: perMinute(40, 500),
  users_write: perMinute(20, 200),
  users_delete: perMinute(20, 200),
  logs_read: perMinute(10, 100),
  other: perMinute(10, 150),
};

/**
 * Auth0's published limits, burst and refill: API-wide, then by group of endpoints; and whether
 * session management comes with the plan.
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
};

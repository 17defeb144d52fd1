import { device } from "../store/rows.js";
import { EXAMPLE_API, MOBILE_APP } from "./applications.js";
import { PEOPLE, SESSIONS } from "./people.js";
import { USER_AGENTS } from "./user-agents.js";

/** @import { SeedSession } from "../../index.js" */
/** @import { Clock } from "../clock.js" */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** @param {Clock} clock */
export function defaultSessions(clock) {
  return [...adaSessions(clock), ...otherSessions(clock)];
}

/**
 * A session that began `age` milliseconds ago and was last used `idle` milliseconds ago.
 * @typedef {object} SessionSketch
 * @property {string} user
 * @property {number} age
 * @property {number} idle
 * @property {keyof typeof USER_AGENTS} [agent]
 * @property {string} [ip]
 * @property {Partial<SeedSession>} [more]
 */

/**
 * @param {Clock} clock
 * @param {SessionSketch} sketch
 * @returns {SeedSession}
 */
function session(clock, { user, age, idle, agent, ip, more }) {
  return {
    user_id: user,
    created_at: clock.iso(-age),
    last_interacted_at: clock.iso(-idle),
    ...(agent && { device: device(USER_AGENTS[agent], ip) }),
    ...more,
  };
}

/** @param {Clock} clock */
function adaSessions(clock) {
  const user = PEOPLE.ada;
  const expired = {
    id: SESSIONS.adaExpired,
    expires_at: clock.iso(-10 * DAY),
    idle_expires_at: clock.iso(-32 * DAY),
  };
  /** @type {Omit<SessionSketch, "user">[]} */
  const sketches = [
    {
      age: 2 * DAY,
      idle: 5 * MINUTE,
      agent: "chromeWindows",
      ip: "203.0.113.7",
      more: { id: SESSIONS.adaWindows },
    },
    {
      age: 9 * DAY,
      idle: 3 * HOUR,
      agent: "safariIphone",
      ip: "198.51.100.23",
      more: { id: SESSIONS.adaIphone },
    },
    { age: DAY, idle: 8 * HOUR, agent: "firefoxLinux", ip: "2001:db8:85a3::8a2e:370:7334" },
    { age: 5 * DAY, idle: 30 * HOUR, agent: "googlebot", ip: "192.0.2.66" },
    { age: 20 * DAY, idle: 2 * DAY },
    { age: 40 * DAY, idle: 35 * DAY, agent: "safariMac", ip: "203.0.113.9", more: expired },
  ];
  return sketches.map((sketch) => session(clock, { user, ...sketch }));
}

/** @param {Clock} clock */
function otherSessions(clock) {
  const federated = (/** @type {SessionSketch} */ sketch) => ({
    authentication: { methods: [{ name: "federated", timestamp: clock.iso(-sketch.age) }] },
    ...session(clock, sketch),
  });
  const { grace: user, linus, sharedDatabase } = PEOPLE;
  return [
    federated({
      user,
      age: DAY,
      idle: HOUR,
      agent: "androidTablet",
      ip: "198.51.100.77",
      more: { id: SESSIONS.graceTablet },
    }),
    federated({ user, age: 4 * HOUR, idle: 2 * HOUR, agent: "edgeWindows", ip: "203.0.113.41" }),
    federated({ user: linus, age: 6 * HOUR, idle: HOUR, agent: "firefoxLinux", ip: "192.0.2.11" }),
    session(clock, {
      user: sharedDatabase,
      age: DAY,
      idle: 2 * HOUR,
      agent: "androidPhone",
      ip: "198.51.100.5",
    }),
  ];
}

/** @param {Clock} clock */
export function defaultRefreshTokens(clock) {
  const { ada, grace, dorothy } = PEOPLE;
  const resource_servers = [
    { audience: EXAMPLE_API, scopes: "openid profile offline_access read:items" },
  ];
  return [
    {
      user_id: ada,
      session_id: SESSIONS.adaWindows,
      created_at: clock.iso(-2 * DAY),
      rotating: true,
    },
    {
      user_id: ada,
      session_id: SESSIONS.adaIphone,
      created_at: clock.iso(-9 * DAY),
      last_exchanged_at: clock.iso(-3 * HOUR),
    },
    { user_id: ada, created_at: clock.iso(-60 * DAY) },
    { user_id: grace, session_id: SESSIONS.graceTablet, created_at: clock.iso(-DAY) },
    { user_id: dorothy, created_at: clock.iso(-12 * DAY), resource_servers },
    {
      user_id: dorothy,
      client_id: MOBILE_APP.client_id,
      created_at: clock.iso(-7 * DAY),
      last_exchanged_at: clock.iso(-2 * HOUR),
      rotating: true,
      device: device(USER_AGENTS.androidPhone, "198.51.100.61"),
      resource_servers,
    },
  ];
}

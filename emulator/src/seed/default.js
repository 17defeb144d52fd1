import { DATABASE, device } from "../store/rows.js";
import { USER_AGENTS } from "./user-agents.js";

/** @import { Seed, SeedConnection, SeedSession, SeedUser } from "../../index.js" */
/** @import { Clock } from "../clock.js" */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Ids of the users in the default seed. */
export const PEOPLE = {
  ada: "auth0|63d17c6b8869daf88ed7dbb8",
  grace: "google-oauth2|103547991597142817347",
  linus: "github|1024025",
  sharedDatabase: "auth0|64a1f0c2b7e94d00125ab001",
  sharedGoogle: "google-oauth2|118200034512349876501",
  upperCase: "samlp|acme-saml|Margaret.Hamilton@Example.COM",
  linked: "auth0|64b9d1f3a0c58e0013fe7702",
  sms: "sms|560ebaeef609ee1adaa7c551",
  blocked: "auth0|64c8e2a4b1d69f0014af8803",
};

/** Ids of the sessions in the default seed that tests refer to. */
export const SESSIONS = {
  adaWindows: "375UIp_ID5mCTClIeBEHpXfGwq51tF_L",
  adaIphone: "8fK2mPq0xW1zT7Ls-YcVb4NdRj6Ge3Ha",
  adaExpired: "Zx9CvBnM1AsDfGhJkL2QwErTyUiOp3-_",
  graceTablet: "Gr4cE_tAbLeT0sEsSiOn7x2Yq9LmPk5W",
};

/**
 * The users of a small company: several connections, an email shared by two accounts, one with
 * upper-case letters, and sessions on all kinds of devices, one expired and one without a device.
 * @param {Clock} clock
 * @returns {Seed}
 */
export function defaultSeed(clock) {
  return {
    connections: standardConnections(),
    users: users(clock),
    sessions: [...adaSessions(clock), ...otherSessions(clock)],
    refreshTokens: refreshTokens(clock),
    authenticationMethods: authenticationMethods(clock),
  };
}

/**
 * The connections of a tenant whose seed lists none.
 * @returns {SeedConnection[]}
 */
export function standardConnections() {
  return [
    { name: DATABASE, strategy: "auth0", id: "con_ftSSLHb0O7rcUGmF" },
    { name: "google-oauth2", strategy: "google-oauth2", id: "con_8Kp2mQx0Ws1zTg7L" },
    { name: "github", strategy: "github", id: "con_3Vb6nYh9Rd4cJk5M" },
    { name: "windowslive", strategy: "windowslive", id: "con_7Xz1qLw8Ef2vBn6T" },
    { name: "apple", strategy: "apple", id: "con_5Jm9sGd3Ka0pUy4H" },
    { name: "acme-saml", strategy: "samlp", id: "con_2Rt7cXv4Nq8eZi1S" },
    { name: "sms", strategy: "sms", id: "con_9Lf5hBo6Yw3kDm0P" },
  ];
}

/**
 * @param {Clock} clock
 * @returns {SeedUser[]}
 */
function users(clock) {
  const login = { last_login: clock.iso(-20 * MINUTE), last_ip: "203.0.113.7", logins_count: 42 };
  const verified = { email_verified: true };
  const password = "Correct-horse-1";
  return [
    {
      user_id: PEOPLE.ada,
      email: "ada@example.com",
      ...verified,
      ...login,
      ...person("Ada", "Lovelace"),
      username: "ada",
      password,
      user_metadata: { theme: "dark" },
      app_metadata: { roles: ["admin"] },
    },
    {
      user_id: PEOPLE.grace,
      email: "grace@example.com",
      ...verified,
      ...login,
      ...person("Grace", "Hopper"),
    },
    {
      user_id: PEOPLE.linus,
      email: "linus@example.com",
      ...verified,
      ...person("Linus", "Torvalds"),
    },
    {
      user_id: PEOPLE.sharedDatabase,
      email: "shared@example.com",
      ...person("Alan", "Turing"),
      password,
    },
    {
      user_id: PEOPLE.sharedGoogle,
      email: "shared@example.com",
      ...verified,
      ...person("Alan", "Turing"),
    },
    {
      user_id: PEOPLE.upperCase,
      email: "Margaret.Hamilton@Example.COM",
      connection: "acme-saml",
      ...verified,
      ...person("Margaret", "Hamilton"),
    },
    {
      user_id: PEOPLE.linked,
      email: "katherine@example.com",
      ...verified,
      ...person("Katherine", "Johnson"),
      password,
      identities: linkedIdentities(),
    },
    {
      user_id: PEOPLE.sms,
      phone_number: "+14258831929",
      phone_verified: true,
      name: "+14258831929",
    },
    {
      user_id: PEOPLE.blocked,
      email: "blocked@example.com",
      ...verified,
      ...person("Mallory", "Archer"),
      password,
      blocked: true,
    },
  ];
}

/**
 * @param {string} given
 * @param {string} family
 */
function person(given, family) {
  return {
    given_name: given,
    family_name: family,
    name: `${given} ${family}`,
    nickname: given.toLowerCase(),
  };
}

function linkedIdentities() {
  return [
    { provider: "auth0", user_id: PEOPLE.linked.slice(6), connection: DATABASE, isSocial: false },
    {
      provider: "google-oauth2",
      user_id: "115015401343387192604",
      connection: "google-oauth2",
      isSocial: true,
      access_token: "ya29.idp-token-that-must-not-leak",
      profileData: {
        email: "katherine@gmail.example",
        email_verified: true,
        ...person("Katherine", "Johnson"),
      },
    },
  ];
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
function refreshTokens(clock) {
  const { ada, grace } = PEOPLE;
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
  ];
}

/** @param {Clock} clock */
function authenticationMethods(clock) {
  const owner = PEOPLE.ada;
  const created_at = clock.iso(-30 * DAY);
  return [
    {
      user_id: owner,
      id: "totp|dev_F9T7cy0hM0IgHjwP",
      type: "totp",
      confirmed: true,
      name: "Authenticator",
      created_at,
    },
    {
      user_id: owner,
      id: "phone|dev_kXVq4drj3Mw6uCF5",
      type: "phone",
      confirmed: true,
      name: "Phone",
      phone_number: "+14255555044",
      preferred_authentication_method: "sms",
      authentication_methods: [{ id: "sms|dev_kXVq4drj3Mw6uCF5", type: "sms" }],
      created_at,
    },
  ];
}

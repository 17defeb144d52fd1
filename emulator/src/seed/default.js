import { DATABASE } from "../store/rows.js";
import { MOBILE_APP } from "./applications.js";
import { defaultDeviceCredentials, defaultGrants } from "./default-access.js";
import { defaultFactors } from "./default-factors.js";
import { defaultRefreshTokens, defaultSessions } from "./default-sessions.js";
import { PEOPLE } from "./people.js";

/** @import { Seed, SeedConnection, SeedUser } from "../../index.js" */
/** @import { Clock } from "../clock.js" */

const MINUTE = 60_000;
const PASSWORD = "Correct-horse-1";

/**
 * The users of a small company: several connections, an email shared by two accounts, one with
 * upper-case letters, sessions on all kinds of devices, one expired and one without a device, and
 * somebody with a passkey who uses two applications.
 * @param {Clock} clock
 * @returns {Seed}
 */
export function defaultSeed(clock) {
  return {
    connections: standardConnections(),
    clients: [MOBILE_APP],
    users: [...ordinaryUsers(clock), ...usersWithUnusualEmails(), ...specialUsers()],
    sessions: defaultSessions(clock),
    refreshTokens: defaultRefreshTokens(clock),
    authenticationMethods: defaultFactors(clock),
    grants: defaultGrants(),
    deviceCredentials: defaultDeviceCredentials(),
  };
}

/**
 * What a new tenant has: the standard connections, unless its seed lists some.
 * @param {Seed} seed
 * @returns {Seed}
 */
export function withConnections(seed) {
  const isDocument = typeof seed === "object" && seed !== null && !Array.isArray(seed);
  if (!isDocument || seed.connections !== undefined) return seed;
  return { ...seed, connections: standardConnections() };
}

/** @returns {SeedConnection[]} */
function standardConnections() {
  return [
    { name: DATABASE, strategy: "auth0", id: "con_ftSSLHb0O7rcUGmF" },
    { name: "google-oauth2", strategy: "google-oauth2", id: "con_8Kp2mQx0Ws1zTg7L" },
    { name: "github", strategy: "github", id: "con_3Vb6nYh9Rd4cJk5M" },
    { name: "windowslive", strategy: "windowslive", id: "con_7Xz1qLw8Ef2vBn6T" },
    { name: "apple", strategy: "apple", id: "con_5Jm9sGd3Ka0pUy4H" },
    {
      name: "acme-saml",
      strategy: "samlp",
      id: "con_2Rt7cXv4Nq8eZi1S",
      display_name: "Acme",
    },
    { name: "sms", strategy: "sms", id: "con_9Lf5hBo6Yw3kDm0P" },
  ];
}

/**
 * Users with one identity, who differ in their connections.
 * @param {Clock} clock
 * @returns {SeedUser[]}
 */
function ordinaryUsers(clock) {
  const login = { last_login: clock.iso(-20 * MINUTE), last_ip: "203.0.113.7", logins_count: 42 };
  return [
    {
      user_id: PEOPLE.ada,
      email: "ada@example.com",
      email_verified: true,
      ...login,
      ...person("Ada", "Lovelace"),
      username: "ada",
      password: PASSWORD,
      user_metadata: { theme: "dark" },
      app_metadata: { roles: ["admin"] },
    },
    {
      user_id: PEOPLE.grace,
      email: "grace@example.com",
      email_verified: true,
      ...login,
      ...person("Grace", "Hopper"),
    },
    {
      user_id: PEOPLE.linus,
      email: "linus@example.com",
      email_verified: true,
      ...person("Linus", "Torvalds"),
    },
  ];
}

/**
 * Two accounts that share an email, and an email with upper-case letters.
 * @returns {SeedUser[]}
 */
function usersWithUnusualEmails() {
  return [
    {
      user_id: PEOPLE.sharedDatabase,
      email: "shared@example.com",
      ...person("Alan", "Turing"),
      password: PASSWORD,
    },
    {
      user_id: PEOPLE.sharedGoogle,
      email: "shared@example.com",
      email_verified: true,
      ...person("Alan", "Turing"),
    },
    {
      user_id: PEOPLE.upperCase,
      email: "Margaret.Hamilton@Example.COM",
      connection: "acme-saml",
      email_verified: true,
      ...person("Margaret", "Hamilton"),
    },
  ];
}

/**
 * A user with two identities, one without an email, a blocked one, and one with a passkey.
 * @returns {SeedUser[]}
 */
function specialUsers() {
  return [
    {
      user_id: PEOPLE.linked,
      email: "katherine@example.com",
      email_verified: true,
      ...person("Katherine", "Johnson"),
      password: PASSWORD,
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
      email_verified: true,
      ...person("Mallory", "Archer"),
      password: PASSWORD,
      blocked: true,
    },
    {
      user_id: PEOPLE.dorothy,
      email: "dorothy@example.com",
      email_verified: true,
      ...person("Dorothy", "Vaughan"),
      password: PASSWORD,
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

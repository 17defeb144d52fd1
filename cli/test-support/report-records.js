// Records of a realistic run: a generator with a fixed seed, so that a failure repeats.

const PROVIDERS = ["auth0", "google-oauth2", "github", "apple", "windowslive", "okta-workforce"];
const BROWSERS = [
  "Chrome 120.0.0",
  "Chrome 119.0.0",
  "Firefox 121.0",
  "Mobile Safari 17.2",
  "Edge 120.0",
];
const SYSTEMS = ["Windows 10", "Windows 11", "iOS 17.2.1", "Android 14", "macOS 14.2", "Ubuntu"];
const COUNTRIES = ["US", "DE", "GB", "FR", "JP", "BR", "IN", "NL", "CA", "PL", "RU", "CN"];
const NAMES = ["ada", "grace", "katherine", "alan", "edsger", "barbara", "donald", "margaret"];
const SIGNALS = [
  { id: "severalSessions", weight: 1, why: "There are 3 sessions." },
  { id: "manySessions", weight: 2, why: "There are 7 sessions." },
  { id: "noPassword", weight: 2, why: "No sign-in method is a password." },
  { id: "countryChanged", weight: 3, why: "A session moved from Germany to Brazil." },
  { id: "impossibleTravel", weight: 4, why: "Two sessions are 9,100 km apart within 40 minutes." },
  { id: "bot", weight: 2, why: "A session's user agent belongs to a bot." },
];
const FAILURES = [
  ["ERR_RATE_LIMITED", "Auth0 refuses requests because the rate limit is exhausted."],
  ["ERR_USER_NOT_FOUND", "No user has this id."],
  ["ERR_TIMEOUT", "The call did not finish within 300000 ms."],
];
const START = Date.parse("2026-11-29T22:00:00Z");
const ACTIONS = ["sessions_revoked_password_reset_sent", "no_action_required"];

/** Numbers from 0 to below 1. */
function randomFrom(/** @type {number} */ seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 12), 0x297a2d39);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/**
 * @param {string} command
 * @param {number} count
 */
export function* recordsOf(command, count) {
  const random = randomFrom(0x5eed);
  yield header(command);
  for (let index = 0; index < count; index += 1) {
    yield { type: "outcome", result: resultOf(command, index, random) };
  }
}

/** @param {string} command */
export const header = (command) => ({
  type: "header",
  command,
  tenant: "example.eu.auth0.com",
  started: "2026-11-29T22:00:00.000Z",
  options: { concurrency: 50 },
});

/**
 * @param {string} command
 * @param {number} index
 * @param {() => number} random
 */
function resultOf(command, index, random) {
  const common = userOf(index, random);
  if (random() < 0.012) return { ...common, ...failureOf(command, random) };
  if (command === "audit") return { ...common, ...auditOf(random) };
  if (command !== "emergency") return { ...common, status: "success", sessions: below(random, 5) };
  const action = ACTIONS[random() < 0.08 ? 0 : 1];
  return { ...common, action, riskLevel: action === ACTIONS[0] ? "high" : "low" };
}

/**
 * @param {number} index
 * @param {() => number} random
 */
function userOf(index, random) {
  const hex = () =>
    Math.floor(random() * 2 ** 48)
      .toString(16)
      .padStart(12, "0");
  const userId = `auth0|${hex()}${hex()}`;
  const userEmail = `${pick(NAMES, random)}.${index.toString(36)}@example.com`;
  const timestamp = new Date(START + index * 20).toISOString();
  return { index, user: userId, userId, userEmail, timestamp };
}

/** @param {() => number} random */
function auditOf(random) {
  const sessions = Math.floor(random() ** 4 * 14) + (random() < 0.7 ? 1 : 0);
  const signals = SIGNALS.filter(() => random() < 0.16);
  const riskScore = signals.reduce((sum, { weight }) => sum + weight, 0);
  return {
    sessionsCount: sessions,
    authMethodsCount: 1 + below(random, 3),
    providers: several(PROVIDERS, random, 0.45),
    hasSocialAuth: random() < 0.5,
    lastActivity: sessions === 0 ? null : new Date(START - random() * 9e9).toISOString(),
    riskLevel: riskScore >= 4 ? "high" : riskScore >= 2 ? "medium" : "low",
    riskScore,
    riskSignals: signals,
    devices: times(
      Math.min(sessions, 4),
      () => `${pick(BROWSERS, random)} on ${pick(SYSTEMS, random)}`,
    ),
    countries: sessions === 0 ? [] : several(COUNTRIES, random, 0.2),
    addresses: times(Math.min(sessions, 4), () => times(4, () => below(random, 256)).join(".")),
  };
}

/**
 * @param {string} command
 * @param {() => number} random
 */
function failureOf(command, random) {
  const [code, error] = pick(FAILURES, random);
  const status = command === "audit" ? { riskLevel: "unknown" } : { status: "error" };
  const effects = [
    { step: "sessions", state: "done", count: 3 },
    { step: "ticket", state: random() < 0.5 ? "unknown" : "notDone" },
  ];
  return {
    ...status,
    code,
    error,
    effects: command === "audit" ? [] : effects,
    correlationId: `call-${below(random, 1e9)}`,
  };
}

/** @template T @param {T[]} list @param {() => number} random @returns {T} */
const pick = (list, random) => /** @type {T} */ (list[Math.floor(random() ** 2 * list.length)]);

/** @template T @param {T[]} list @param {() => number} random @param {number} chance */
const several = (list, random, chance) => [
  ...new Set(random() < chance ? [pick(list, random), pick(list, random)] : [pick(list, random)]),
];

/** @template T @param {number} count @param {() => T} make */
const times = (count, make) => Array.from({ length: count }, make);

/** @param {() => number} random @param {number} limit */
const below = (random, limit) => Math.floor(random() * limit);

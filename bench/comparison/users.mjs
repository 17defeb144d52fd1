// The users of the responder: their ids say what it sends, see ../responder/src/ids.rs.

/** Those whose lists the responder has written before its first request. */
export const USERS = 4000;
export const SESSIONS = 5;

const hex = (number, digits) => number.toString(16).padStart(digits, "0");

/**
 * Sessions of the user, delay of each response, whether the sessions have user agents, number of the user.
 * @param {{ number: number, sessions?: number, delayMs?: number, withoutAgents?: boolean }} user
 */
function digits({ number, sessions = SESSIONS, delayMs = 0, withoutAgents = false }) {
  return hex(sessions, 4) + hex(delayMs, 3) + hex(Number(withoutAgents), 1) + hex(number, 16);
}

export const userId = (user) => `auth0|${digits(user)}`;
export const userEmail = (user) => `${digits(user)}@example.com`;
export const sessionId = (user, index) => digits(user) + hex(index, 8);

/** What each job is called with. */
export const argumentsOf = {
  list: (user) => [userId(user)],
  dashboard: (user) => [userEmail(user)],
  revoke: (user) => [userId(user), sessionId(user, 0)],
};

// The users of the responder: their ids say what it sends, see ../responder/src/ids.rs.

/** Those whose lists the responder has written before its first request. */
export const USERS = 4000;

const hex = (number, digits) => number.toString(16).padStart(digits, "0");

/** 24 digits: sessions of the user, delay of the responses in milliseconds, number of the user. */
function digits({ sessions = 5, delayMs = 0, number }) {
  return hex(sessions, 4) + hex(delayMs, 4) + hex(number, 16);
}

export const userId = (user) => `auth0|${digits(user)}`;
export const userEmail = (user) => `${digits(user)}@example.com`;
export const sessionId = (user, index) => digits(user) + hex(index, 8);

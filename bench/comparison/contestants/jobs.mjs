// The whole jobs in JavaScript, over the requests that a contestant sends in its own way.

import { liveSessions } from "../views/sessions.mjs";
import { methodsOf } from "../views/sign-in-methods.mjs";

/**
 * @param {object} api
 * @param {(userId: string) => Promise<object[]>} api.sessions every row, from all pages
 * @param {(email: string) => Promise<object[]>} api.usersByEmail
 * @param {(id: string) => Promise<object>} api.session
 * @param {(id: string) => Promise<unknown>} api.revokeSession
 */
export function jobsOver(api) {
  const list = async (userId) => liveSessions(await api.sessions(userId), userId);
  return {
    list,
    dashboard: async (email) => {
      const users = await api.usersByEmail(email);
      if (users.length !== 1) throw new Error(`${email} has ${users.length} accounts.`);
      return dashboardOf(users[0], await list(users[0].user_id));
    },
    revoke: async (userId, sessionId) => {
      const session = await api.session(sessionId);
      if (session.user_id !== userId) throw new Error("The session is not the user's.");
      await api.revokeSession(sessionId);
    },
  };
}

function dashboardOf(user, sessions) {
  const methods = methodsOf(user);
  const isPassword = ({ provider }) => provider === "email-password";
  return {
    user: user.email ?? user.user_id,
    userId: user.user_id,
    sessions,
    methods,
    summary: {
      totalSessions: sessions.length,
      totalAuthMethods: methods.length,
      hasSocialAuth: methods.some((method) => !isPassword(method)),
      hasPrimaryAuth: methods.some(isPassword),
    },
  };
}

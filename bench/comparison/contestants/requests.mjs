// The whole job over a function that requests a path and returns the response's JSON.

import { liveSessions } from "../views.mjs";

export function jobsOver(get) {
  return {
    async list(userId) {
      const path = `/api/v2/users/${encodeURIComponent(userId)}/sessions?take=50`;
      let { sessions, next } = await get(path);
      while (next) {
        const page = await get(`${path}&from=${encodeURIComponent(next)}`);
        sessions = sessions.concat(page.sessions);
        next = page.next;
      }
      return liveSessions(sessions, userId);
    },
  };
}

/** The request alone: the body is received, not read. */
export const barePath = (userId) => `/api/v2/users/${encodeURIComponent(userId)}/sessions?take=50`;

// Auth0's API over two functions that send requests: `get` and `post` return what the response says.

const API = "/api/v2";

export const sessionsPath = (userId) =>
  `${API}/users/${encodeURIComponent(userId)}/sessions?take=50`;

export function apiOver(get, post) {
  return {
    sessions: async (userId) => {
      const path = sessionsPath(userId);
      let { sessions, next } = await get(path);
      while (next) {
        const page = await get(`${path}&from=${encodeURIComponent(next)}`);
        sessions = sessions.concat(page.sessions);
        next = page.next;
      }
      return sessions;
    },
    usersByEmail: (email) => get(`${API}/users-by-email?email=${encodeURIComponent(email)}`),
    session: (id) => get(`${API}/sessions/${encodeURIComponent(id)}`),
    revokeSession: (id) => post(`${API}/sessions/${encodeURIComponent(id)}/revoke`),
  };
}

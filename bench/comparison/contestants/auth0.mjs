// Auth0's own SDK, however its clients were imported. It requests its token itself.

import { jobsOver } from "./jobs.mjs";

/** The most that Auth0 sends on one page. */
const PAGE = { take: 50 };

/** @param {{ users: object, sessions: object }} clients of the SDK */
export function jobsOfAuth0({ users, sessions }) {
  return {
    ...jobsOver({
      sessions: async (userId) => {
        const rows = [];
        for await (const row of await users.sessions.list(userId, PAGE)) rows.push(row);
        return rows;
      },
      usersByEmail: (email) => users.listUsersByEmail({ email }),
      session: (id) => sessions.get(id),
      revokeSession: (id) => sessions.revoke(id),
    }),
    bare: (userId) => users.sessions.list(userId, PAGE),
  };
}

// Services that share a Redis, and tokens that a test can distinguish.

import { skipWithoutRedis } from "./redis.mjs";
import { scriptedServer, tokenResponse } from "./scripted-server.mjs";
import { serviceFor } from "./service.mjs";

/** Options of each test. */
export const needsRedis = { skip: skipWithoutRedis };

/** Each service has its own in-memory state, as if it were in another process. */
export const sharing = (redis, server, config, logger) =>
  serviceFor(server, { sharedState: { redisUrl: redis.url }, ...config }, logger);

/** Tokens named token-1, token-2, …, of which the server accepts those that were not revoked. */
export async function numberedTokens(t) {
  const revoked = new Set();
  let issued = 0;
  const server = await scriptedServer(t, {
    token: () => {
      issued += 1;
      return { ...tokenResponse, access_token: `token-${issued}` };
    },
    api: async ({ headers }) => {
      const token = headers.authorization.slice("Bearer ".length);
      if (!revoked.has(token)) return { sessions: [] };
      await server.onRefusal?.(token);
      return { status: 401 };
    },
  });
  return Object.assign(server, { revoked });
}

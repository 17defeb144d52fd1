// One process at a time fetches the shared token: its claim never blocks the others for long.

import assert from "node:assert/strict";
import { test } from "node:test";
import { configOf, startProgram } from "../../test-support/child.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { slowed, startRedis } from "../../test-support/redis.mjs";
import { announced, scriptedServer, tokenResponse } from "../../test-support/scripted-server.mjs";
import { rejection, tokenRequests } from "../../test-support/service.mjs";
import { needsRedis, numberedTokens, sharing } from "../../test-support/shared-state.mjs";

const CLAIM_LIFE_MS = 3000;

test("a process killed during its token request frees the others", needsRedis, async (t) => {
  const redis = await startRedis(t);
  const { asked, response } = announced("hang");
  const token = (request) => (requests++ === 0 ? response(request) : tokenResponse);
  let requests = 0;
  const server = await scriptedServer(t, { token, api: { sessions: [] } });
  const source = `
    import { Auth0UserSecurityService } from "@archie/auth0-user-security";
    await new Auth0UserSecurityService(input.config).findUserSessions("auth0|a");
  `;
  const config = { ...configOf(server), sharedState: { redisUrl: redis.url } };
  const { child, ended } = startProgram(source, { config });
  await asked;
  child.kill("SIGKILL");
  await ended;
  const others = [1, 2, 3].map(() => sharing(redis, server).findUserSessions("auth0|a"));
  assert.deepEqual(await Promise.all(others), [[], [], []]);
  assert.equal(requests, 2, "one for the three");
});

test("a claim that is never released leaves time for a request", needsRedis, async (t) => {
  const [redis, server] = [await startRedis(t), await numberedTokens(t)];
  await sharing(redis, server).findUserSessions("auth0|a");
  const [key] = await redis.tokenKeys();
  await redis.command("DEL", key);
  await redis.command("SET", `${key}:claim`, "somebody", "PX", "60000");
  const logger = recordingLogger();
  const waiting = sharing(redis, server, { timeoutMs: 2000 }, logger).findUserSessions("auth0|a");
  assert.deepEqual(await waiting, []);
  assert.equal(await redis.command("GET", `${key}:claim`), "somebody");
  assert.deepEqual(logger.lines, []);
});

test("no call waits until its token is stored", needsRedis, async (t) => {
  const redis = await slowed(t, await startRedis(t), 0);
  const token = () => {
    redis.delay = 100_000;
    return tokenResponse;
  };
  const server = await scriptedServer(t, { token, api: { sessions: [] } });
  const logger = recordingLogger();
  assert.deepEqual(await sharing(redis, server, {}, logger).findUserSessions("auth0|a"), []);
  // A call that waits for a Redis that does not respond continues after a warning.
  assert.deepEqual(logger.lines, []);
});

test("a caller that gives up releases its claim", needsRedis, async (t) => {
  const redis = await startRedis(t);
  const { asked, response } = announced("hang");
  const server = await scriptedServer(t, { token: response, api: { sessions: [] } });
  const controller = new AbortController();
  const { signal } = controller;
  const waiting = rejection(sharing(redis, server).findUserSessions("auth0|a", { signal }));
  await asked;
  const [claim] = (await redis.command("--scan")).split("\n");
  assert.match(claim, /:claim$/);
  const left = Number(await redis.command("PTTL", claim));
  assert.ok(left > 0 && left <= CLAIM_LIFE_MS);
  controller.abort("gone");
  assert.equal(await waiting, "gone");
  while ((await redis.command("EXISTS", claim)) === "1");
  // It would have expired, but was deleted.
  assert.match(await redis.command("INFO", "commandstats"), /cmdstat_del:/);
});

test("a failed token request fails its own callers and is not cached", needsRedis, async (t) => {
  const redis = await startRedis(t);
  const server = await scriptedServer(t, {
    token: [{ status: 500 }, tokenResponse],
    api: { sessions: [] },
  });
  const logger = recordingLogger();
  const config = { retry: { maxAttempts: 1 } };
  const error = await rejection(sharing(redis, server, config, logger).findUserSessions("auth0|a"));
  assert.equal(error.statusCode, 500);
  assert.deepEqual(await sharing(redis, server, config, logger).findUserSessions("auth0|a"), []);
  assert.equal(tokenRequests(server).length, 2);
  assert.deepEqual(logger.lines, []);
});

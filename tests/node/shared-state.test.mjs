// One access token for all processes that share a Redis: fetched once, sealed there, never mixed up,
// and given up once Auth0 refuses it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { configOf, runProgram, startProgram } from "../../test-support/child.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { redisTls, skipWithoutRedis, slowed, startRedis } from "../../test-support/redis.mjs";
import { announced, scriptedServer, tokenAnswer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, tenantOf, tokenRequests } from "../../test-support/service.mjs";

const { ada } = PEOPLE;
const CLAIM_LIFE_MS = 3000;
const needsRedis = { skip: skipWithoutRedis };

/** Each service has a state of its own, as if it were in another process. */
const sharing = (redis, server, config, logger) =>
  serviceFor(server, { sharedState: { redisUrl: redis.url }, ...config }, logger);

/** Tokens named token-1, token-2, …, of which the server accepts those that were not revoked. */
async function numberedTokens(t) {
  const revoked = new Set();
  let issued = 0;
  const server = await scriptedServer(t, {
    token: () => {
      issued += 1;
      return { ...tokenAnswer, access_token: `token-${issued}` };
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

test("four processes with a hundred calls each make one token request", needsRedis, async (t) => {
  const [redis, tenant] = [await startRedis(t), await tenantOf(t)];
  const source = `
    import { Auth0UserSecurityService } from "@archie/auth0-user-security";
    const service = new Auth0UserSecurityService(input.config);
    const calls = Array.from({ length: 100 }, () => service.findUserSessions(input.user));
    console.log((await Promise.all(calls)).length);
  `;
  const config = { ...configOf(tenant), sharedState: { redisUrl: redis.url } };
  const processes = [1, 2, 3, 4].map(() => runProgram(source, { config, user: ada }));
  for (const ended of await Promise.all(processes)) {
    assert.deepEqual(ended, { code: 0, signal: null, stdout: "100\n", stderr: "" });
  }
  assert.equal(tokenRequests(tenant).length, 1);
});

test("a shared token has the same scopes as one that was fetched", needsRedis, async (t) => {
  const [redis, tenant] = [await startRedis(t), await tenantOf(t)];
  const own = await sharing(redis, tenant).checkConfiguration();
  assert.deepEqual(await sharing(redis, tenant).checkConfiguration(), own);
  assert.equal(tokenRequests(tenant).length, 1);
});

test("nothing in Redis shows a token or a secret, and everything ends", needsRedis, async (t) => {
  const redis = await startRedis(t);
  const server = await scriptedServer(t, { api: { sessions: [] } });
  await sharing(redis, server, { audience: "https://canary/api/v2/" }).findUserSessions("auth0|a");
  const names = (await redis.command("--scan")).split("\n");
  assert.ok(names.length > 0);
  for (const name of names) {
    assert.ok(Number(await redis.command("PTTL", name)) > 0, `${name} has no end`);
    const shown = `${name} ${await redis.command("GET", name)}`;
    for (const hidden of [tokenAnswer.access_token, server.clientSecret, "canary"]) {
      assert.ok(!shown.includes(hidden), `${hidden} shows`);
    }
  }
});

test("the prefix begins every key", needsRedis, async (t) => {
  const redis = await startRedis(t);
  const server = await scriptedServer(t, { api: { sessions: [] } });
  const sharedState = { redisUrl: `${redis.url}/3`, prefix: "mine" };
  await serviceFor(server, { sharedState }).findUserSessions("auth0|a");
  const names = (await redis.command("-n", "3", "--scan")).split("\n");
  assert.ok(names.length > 0 && names.every((name) => name.startsWith("mine:")), String(names));
});

test("a user who may do no more than the README says is enough", needsRedis, async (t) => {
  const [redis, server] = [await startRedis(t), await numberedTokens(t)];
  const may = ["eval", "get", "set", "del", "pttl", "time"].map((command) => `+${command}`);
  await redis.command("ACL", "SETUSER", "app", "on", ">pass", "~auth0-user-security:*", ...may);
  const sharedState = { redisUrl: `redis://app:pass@127.0.0.1:${redis.port}` };
  const logger = recordingLogger();
  const services = [1, 2].map(() => serviceFor(server, { sharedState }, logger));
  for (const service of services) await service.findUserSessions("auth0|a");
  server.revoked.add("token-1");
  for (const service of services) await service.findUserSessions("auth0|a");
  assert.equal(tokenRequests(server).length, 2);
  assert.deepEqual(logger.lines, []);
});

test("tenants, clients, audiences and secrets have tokens of their own", needsRedis, async (t) => {
  const redis = await startRedis(t);
  const token = ({ body }) => ({ ...tokenAnswer, access_token: btoa(body) });
  const api = ({ headers }) => ({ sessions: [], seen: headers.authorization });
  const servers = [1, 2].map(() => scriptedServer(t, { token, api }));
  const [server, elsewhere] = await Promise.all(servers);
  const given = [
    server,
    elsewhere,
    { ...server, clientId: "other" },
    { ...server, clientSecret: "rotated" },
    { ...server, audience: "https://other/api/v2/" },
  ];
  for (const one of [...given, ...given]) {
    const { audience } = one;
    await sharing(redis, one, { audience }).findUserSessions("auth0|a");
  }
  const all = [...server.requests, ...elsewhere.requests];
  assert.equal(all.filter(({ url }) => url === "/oauth/token").length, given.length);
  const sent = all.map(({ headers }) => headers.authorization).filter(Boolean);
  assert.equal(new Set(sent).size, given.length, "each its own token");
  assert.equal(sent.length, 2 * given.length);
});

for (const [name, spoil] of Object.entries({
  "that is no sealed token": (redis, key) => redis.command("SET", key, "garbage", "PX", "60000"),
  "with a changed byte": (redis, key) => redis.command("SETRANGE", key, "20", "xx"),
  "of another audience": async (redis, key, server) => {
    const config = { audience: "https://other/api/v2/" };
    await sharing(redis, server, config).findUserSessions("auth0|a");
    const other = (await redis.tokenKeys()).find((one) => one !== key);
    await redis.command("COPY", other, key, "REPLACE");
    server.requests.length = 0;
  },
  "that is far too long": (redis, key) => redis.command("SETRANGE", key, "70000", "x"),
  "that is a list": async (redis, key) => {
    await redis.command("DEL", key);
    await redis.command("RPUSH", key, "a", "b");
  },
  "without an end": (redis, key) => redis.command("PERSIST", key),
})) {
  test(`a value ${name} is replaced by a new token`, needsRedis, async (t) => {
    const [redis, server] = [await startRedis(t), await numberedTokens(t)];
    const use = () => sharing(redis, server).findUserSessions("auth0|a");
    await use();
    const [key] = await redis.tokenKeys();
    server.requests.length = 0;
    await spoil(redis, key, server);
    await redis.command("RPUSH", `${key}:claim`, "a", "b");
    await use();
    assert.equal(tokenRequests(server).length, 1, "the value is not taken");
    await use();
    assert.equal(tokenRequests(server).length, 1, "the new one is");
  });
}

test(
  "a token that Auth0 no longer accepts is renewed once for all processes",
  needsRedis,
  async (t) => {
    const [redis, tenant] = [await startRedis(t), await tenantOf(t)];
    const services = [1, 2, 3, 4].map(() => sharing(redis, tenant));
    const callAll = () =>
      Promise.all(services.flatMap((one) => [1, 2, 3].map(() => one.findUserSessions(ada))));
    await callAll();
    await tenant.rotateKeys({ revoke: true });
    assert.ok((await callAll()).every((sessions) => sessions.length > 0));
    assert.equal(tokenRequests(tenant).length, 2);
  },
);

test("a call that meets two stale tokens gets one of its own", needsRedis, async (t) => {
  const [redis, server] = [await startRedis(t), await numberedTokens(t)];
  const [one, other] = [sharing(redis, server), sharing(redis, server)];
  await one.findUserSessions("auth0|a");
  const [key] = await redis.tokenKeys();
  await redis.command("RENAME", key, "token-1");
  await other.findUserSessions("auth0|a");
  await redis.command("COPY", key, "token-2");
  server.revoked.add("token-1").add("token-2");
  assert.deepEqual(await one.findUserSessions("auth0|a"), [], "token-1, token-2, token-3");
  assert.equal(tokenRequests(server).length, 3);
});

test(
  "an older token that was put back is not taken, not even by a new service",
  needsRedis,
  async (t) => {
    const [redis, server] = [await startRedis(t), await numberedTokens(t)];
    await sharing(redis, server).findUserSessions("auth0|a");
    const [key] = await redis.tokenKeys();
    await redis.command("COPY", key, "old");
    server.revoked.add("token-1");
    const holder = sharing(redis, server);
    await holder.findUserSessions("auth0|a");
    server.revoked.clear();
    await redis.command("COPY", "old", key, "REPLACE");
    server.requests.length = 0;
    await holder.findUserSessions("auth0|a");
    await sharing(redis, server).findUserSessions("auth0|a");
    const sent = server.requests.map(({ headers }) => headers.authorization).filter(Boolean);
    assert.deepEqual(sent, ["Bearer token-2", "Bearer token-3"]);
    await sharing(redis, server).findUserSessions("auth0|a");
    assert.equal(tokenRequests(server).length, 1, "the new one replaced it, and is taken");
  },
);

test("a process killed during its token request frees the others", needsRedis, async (t) => {
  const redis = await startRedis(t);
  const { asked, answer } = announced("hang");
  const token = (request) => (requests++ === 0 ? answer(request) : tokenAnswer);
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

test("a claim that is never given back leaves time for a request", needsRedis, async (t) => {
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
    return tokenAnswer;
  };
  const server = await scriptedServer(t, { token, api: { sessions: [] } });
  const logger = recordingLogger();
  assert.deepEqual(await sharing(redis, server, {}, logger).findUserSessions("auth0|a"), []);
  // Whoever waits for a Redis that does not respond goes on after a warning.
  assert.deepEqual(logger.lines, []);
});

test("a caller that gives up gives its claim back", needsRedis, async (t) => {
  const redis = await startRedis(t);
  const { asked, answer } = announced("hang");
  const server = await scriptedServer(t, { token: answer, api: { sessions: [] } });
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
  // It would have ended by itself, but was deleted.
  assert.match(await redis.command("INFO", "commandstats"), /cmdstat_del:/);
});

test("a failed token request fails its own callers and is not kept", needsRedis, async (t) => {
  const redis = await startRedis(t);
  const server = await scriptedServer(t, {
    token: [{ status: 500 }, tokenAnswer],
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

test("rediss:// shares only with a server that the system trusts", needsRedis, async (t) => {
  const { args, port, ca, otherCa } = await redisTls(t);
  const redis = await startRedis(t, { args });
  const server = await scriptedServer(t, { api: { sessions: [] } });
  const source = `
    import { Auth0UserSecurityService } from "@archie/auth0-user-security";
    const logger = { warn: (_, { problem }) => console.log(problem), error: console.error };
    await new Auth0UserSecurityService(input.config, logger).findUserSessions("auth0|a");
  `;
  const sharedState = { redisUrl: `rediss://127.0.0.1:${port}` };
  const input = { config: { ...configOf(server), sharedState } };
  const untrusting = await runProgram(source, input, { SSL_CERT_FILE: otherCa });
  assert.deepEqual([untrusting.stdout, untrusting.stderr], ["could not be reached\n", ""]);
  assert.deepEqual(await redis.tokenKeys(), []);
  const trusting = await runProgram(source, input, { SSL_CERT_FILE: ca });
  assert.deepEqual([trusting.stdout, trusting.stderr], ["", ""]);
  assert.equal((await redis.tokenKeys()).length, 1);
});

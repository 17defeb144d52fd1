// One access token for all processes that share a Redis: fetched once, sealed, never mixed up, and
// discarded once Auth0 refuses it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { configOf, runProgram } from "../../test-support/child.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { redisTls, startRedis } from "../../test-support/redis.mjs";
import { scriptedServer, tokenResponse } from "../../test-support/scripted-server.mjs";
import { serviceFor, tenantOf, tokenRequests } from "../../test-support/service.mjs";
import { needsRedis, numberedTokens, sharing } from "../../test-support/shared-state.mjs";

const { ada } = PEOPLE;

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

test("nothing in Redis shows a token or a secret, and every key expires", needsRedis, async (t) => {
  const redis = await startRedis(t);
  const server = await scriptedServer(t, { api: { sessions: [] } });
  await sharing(redis, server, { audience: "https://canary/api/v2/" }).findUserSessions("auth0|a");
  const names = (await redis.command("--scan")).split("\n");
  assert.ok(names.length > 0);
  for (const name of names) {
    assert.ok(Number(await redis.command("PTTL", name)) > 0, `${name} has no end`);
    const shown = `${name} ${await redis.command("GET", name)}`;
    for (const hidden of [tokenResponse.access_token, server.clientSecret, "canary"]) {
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

test("a Redis user with only the permissions in the README is enough", needsRedis, async (t) => {
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

test("tenants, clients, audiences and secrets each have separate tokens", needsRedis, async (t) => {
  const redis = await startRedis(t);
  const token = ({ body }) => ({ ...tokenResponse, access_token: btoa(body) });
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
  assert.equal(new Set(sent).size, given.length, "each has its own token");
  assert.equal(sent.length, 2 * given.length);
});

for (const [name, spoil] of Object.entries({
  "that is not a sealed token": (redis, key) => redis.command("SET", key, "garbage", "PX", "60000"),
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
    assert.equal(tokenRequests(server).length, 1, "the value is not used");
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

test("a call that gets two stale tokens fetches one itself", needsRedis, async (t) => {
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
  "an older token that was put back is not used, not even by a new service",
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
    assert.equal(tokenRequests(server).length, 1, "the new one replaced it, and is used");
  },
);

test("rediss:// connects only to a server that the system trusts", needsRedis, async (t) => {
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

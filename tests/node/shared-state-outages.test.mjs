// If Redis is down, slow, wrong or hostile, calls fall back to per-process state, and one warning says so.

import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { configOf, runProgram } from "../../test-support/child.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { freePort, skipWithoutRedis, startRedis } from "../../test-support/redis.mjs";
import { emptyRedis, OK, scriptedRedis } from "../../test-support/scripted-redis.mjs";
import { held, scriptedServer, tokenResponse } from "../../test-support/scripted-server.mjs";
import { serviceFor } from "../../test-support/service.mjs";
import { listening } from "../../test-support/tcp-server.mjs";

const PASSWORD = "cAnArY-password";
const needsRedis = { skip: skipWithoutRedis };
/** Every call needs a new token, and so a request to Redis. */
const shortLived = { ...tokenResponse, expires_in: 0 };

const replying = (reply) => (socket) => socket.on("data", (data) => socket.write(reply(data)));

/** The reply of some servers to an unknown command; several times, for pipelined commands. */
const repeated = (data) => `-ERR unknown: ${`${data}`.replace(/\s+/g, " ")}\r\n`.repeat(5);

const hostOf = ({ port }) => `127.0.0.1:${port}`;
const urlAt = (host, login = `:${PASSWORD}@`) => `redis://${login}${host}`;
const urlOf = async (t, serve) => urlAt(await listening(t, createServer(serve)));
const FULL = ["--maxmemory", "1", "--maxmemory-policy", "noeviction"];

const outages = {
  "a closed port": {
    url: async () => urlAt(hostOf({ port: await freePort() })),
    problem: "could not be reached",
  },
  "a server that accepts and never responds": {
    url: (t) => urlOf(t, (socket) => socket.resume()),
    problem: "did not respond in time",
  },
  "a server that hangs up": {
    url: (t) => urlOf(t, (socket) => socket.destroy()),
    problem: "could not be reached",
  },
  "a server that repeats the password in its refusal": {
    url: (t) => urlOf(t, replying(repeated)),
    problem: "rejected the user or the password of the URL",
  },
  "a server that is not Redis": {
    url: (t) =>
      urlOf(
        t,
        replying(() => "HTTP/1.1 400 Bad Request\r\n\r\n"),
      ),
    problem: "sent a reply that is not valid Redis protocol",
  },
  "a server that replies with a status of a megabyte": {
    url: (t) =>
      urlOf(
        t,
        replying(() => `+${"x".repeat(1 << 20)}`),
      ),
    problem: "sent a reply that is too large",
  },
  "a server that announces a text of 500 MB": {
    url: (t) =>
      urlOf(
        t,
        replying(() => "$500000000\r\n"),
      ),
    problem: "sent a reply that is too large",
  },
  "a server that announces a list of two billion items": {
    url: (t) =>
      urlOf(
        t,
        replying(() => "*2000000000\r\n"),
      ),
    problem: "sent a reply that is too large",
  },
  "a server that speaks another version of the protocol": {
    url: (t) =>
      urlOf(
        t,
        replying(() => "%2\r\n+a\r\n:1\r\n+b\r\n:2\r\n".repeat(5)),
      ),
    problem: "sent a reply that is not valid Redis protocol",
  },
  "a wrong password": {
    url: async (t) => urlAt(hostOf(await startRedis(t, { password: "another" }))),
    problem: "rejected the user or the password of the URL",
    options: needsRedis,
  },
  "no password where one is needed": {
    url: async (t) => urlAt(hostOf(await startRedis(t, { password: "another" })), ""),
    problem: "rejected the user or the password of the URL",
    options: needsRedis,
  },
  "a database that does not exist": {
    url: async (t) => `${(await startRedis(t)).url}/99`,
    problem: "rejected a command",
    options: needsRedis,
  },
  "a Redis without room": {
    url: async (t) => (await startRedis(t, { args: FULL })).url,
    problem: "rejected a command",
    options: needsRedis,
  },
};

for (const [name, { url, problem, options }] of Object.entries(outages)) {
  test(`with ${name} calls continue, after one warning`, { ...options }, async (t) => {
    const redisUrl = await url(t);
    const server = await scriptedServer(t, { token: shortLived, api: { sessions: [] } });
    const logger = recordingLogger();
    const service = serviceFor(server, { sharedState: { redisUrl }, logLevel: "debug" }, logger);
    for (let call = 0; call < 5; call += 1) {
      assert.deepEqual(await service.findUserSessions("auth0|a"), []);
    }
    const lines = logger.lines.filter(({ level }) => level !== "debug");
    assert.deepEqual(
      lines.map(({ level }) => level),
      ["warn"],
    );
    const [{ message, details }] = lines;
    assert.match(message, /sharedState\.redisUrl/);
    assert.equal(details.problem, problem);
    const shown = inspect([logger.lines, service], { depth: 10, showHidden: true });
    assert.ok(!shown.includes("cAnArY"), shown);
  });
}

test("a Redis that sends endless unrequested data does not fill the memory", async (t) => {
  const MOST = 512;
  const chunk = Buffer.alloc(1 << 20, "x");
  const ended = held();
  let sent = 0;
  /** The start of an endless text; sending ends when it is cut off or has done its damage. */
  const pour = (socket) => {
    if (socket.destroyed || sent === MOST) return ended.release();
    sent += 1;
    socket.write(chunk, (error) => (error ? ended.release() : pour(socket)));
  };
  const redis = await scriptedRedis(t, (words, socket) => {
    if (words[0] !== "EVAL") return OK;
    if (sent === 0) socket.write(`${emptyRedis(words)}$${2 ** 40}\r\n`, () => pour(socket));
  });
  const server = await scriptedServer(t, { token: shortLived, api: { sessions: [] } });
  const logger = recordingLogger();
  const service = serviceFor(server, { sharedState: { redisUrl: redis.url } }, logger);
  const before = process.memoryUsage().rss;
  assert.deepEqual(await service.findUserSessions("auth0|a"), []);
  await ended.promise;
  const grown = (process.memoryUsage().rss - before) >> 20;
  assert.ok(sent < MOST && grown < 100, `${sent} MiB sent, ${grown} MiB more used`);
  assert.deepEqual(await service.findUserSessions("auth0|a"), []);
  assert.equal(logger.lines.length, 1);
});

test("no call fails when Redis is killed under load", needsRedis, async (t) => {
  const redis = await startRedis(t);
  let requests = 0;
  const server = await scriptedServer(t, {
    token: shortLived,
    api: async () => {
      requests += 1;
      if (requests === 60) await redis.kill();
      return { sessions: [] };
    },
  });
  const source = `
    import { Auth0UserSecurityService } from "@archie/auth0-user-security";
    const lines = [];
    const logger = { warn: (line) => lines.push(line), error: (line) => lines.push(line) };
    const service = new Auth0UserSecurityService(input.config, logger);
    const failures = [];
    for (let round = 0; round < 50; round += 1) {
      const calls = Array.from({ length: 4 }, () => service.findUserSessions("auth0|a"));
      for (const { reason } of await Promise.allSettled(calls)) {
        if (reason) failures.push(String(reason));
      }
    }
    console.log(JSON.stringify({ failures, warnings: lines.length }));
  `;
  const config = { ...configOf(server), sharedState: { redisUrl: redis.url } };
  const processes = [1, 2, 3, 4].map(() => runProgram(source, { config }));
  for (const { stdout, stderr } of await Promise.all(processes)) {
    assert.equal(stderr, "");
    assert.deepEqual(JSON.parse(stdout), { failures: [], warnings: 1 });
  }
  assert.equal(requests, 4 * 50 * 4);
});

test("a Redis that recovers is used again, and the log says so", needsRedis, async (t) => {
  const redis = await startRedis(t);
  // The service pauses before it tries Redis again. Slow responses keep the loop below from spinning meanwhile.
  const api = () => sleep(20, { sessions: [] });
  const server = await scriptedServer(t, { token: shortLived, api });
  const logger = recordingLogger();
  const config = { sharedState: { redisUrl: redis.url }, logLevel: "info" };
  const service = serviceFor(server, config, logger);
  await service.findUserSessions("auth0|a");
  await redis.kill();
  await service.findUserSessions("auth0|a");
  assert.equal(await redis.start(), true);
  while (logger.lines.length < 2) await service.findUserSessions("auth0|a");
  assert.deepEqual(
    logger.lines.map(({ level }) => level),
    ["warn", "info"],
  );
  await service.findUserSessions("auth0|a");
  assert.match(await redis.command("INFO", "commandstats"), /cmdstat_eval:/);
});

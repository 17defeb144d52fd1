// A state of an account connection is used with one code only: per process from memory, across processes
// through Redis.

import assert from "node:assert/strict";
import { test } from "node:test";
import { configOf, runProgram } from "../../test-support/child.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { skipWithoutRedis, startRedis } from "../../test-support/redis.mjs";
import { emptyRedis, scriptedRedis } from "../../test-support/scripted-redis.mjs";
import { rejection, serviceFor } from "../../test-support/service.mjs";
import { isCodeExchange, PRIMARY, scriptedIssuer } from "../../test-support/signing.mjs";

const CALLBACK = "https://app.example.com/callback";
const MINUTE_MS = 60_000;
const needsRedis = { skip: skipWithoutRedis };

/** It rejects every code that it gets, which shows that the code was sent. */
const issuerOf = (t) =>
  scriptedIssuer(t, { code: { status: 403, body: { error: "invalid_grant" } } });

const stateOf = (issuer) =>
  serviceFor(issuer).generateAccountConnectionUrl("google-oauth2", CALLBACK, { user: PRIMARY })
    .state;

const exchanges = (issuer) => issuer.requests.filter(isCodeExchange).length;

/** The reason for which a service rejects a state with a code. */
async function use(service, state) {
  const call = service.connectSecondaryAccount(PRIMARY, CALLBACK, "code", { state });
  return (await rejection(call)).reason;
}

/** The same in a separate process, with the number of warnings. */
async function useElsewhere(issuer, redisUrl, state) {
  const source = `
    import { Auth0UserSecurityService } from "@archie/auth0-user-security";
    const { config, user, callback, state } = input;
    const lines = [];
    const logger = { warn: (line) => lines.push(line), error: (line) => lines.push(line) };
    const service = new Auth0UserSecurityService(config, logger);
    const call = service.connectSecondaryAccount(user, callback, "code", { state });
    const { reason } = await call.catch((error) => error);
    console.log(JSON.stringify([reason, lines.length]));
  `;
  const config = { ...configOf(issuer), sharedState: { redisUrl } };
  const input = { config, user: PRIMARY, callback: CALLBACK, state };
  const { stdout, stderr } = await runProgram(source, input);
  assert.equal(stderr, "");
  return JSON.parse(stdout);
}

test("a state that one process used is accepted with no code in another", needsRedis, async (t) => {
  const [redis, issuer] = [await startRedis(t), await issuerOf(t)];
  const state = stateOf(issuer);
  assert.deepEqual(await useElsewhere(issuer, redis.url, state), ["code_rejected", 0]);
  assert.deepEqual(await useElsewhere(issuer, redis.url, state), ["state_used", 0]);
  const service = serviceFor(issuer, { sharedState: { redisUrl: redis.url } });
  assert.equal(await use(service, state), "state_used");
  assert.equal(exchanges(issuer), 1);
});

test("of processes that use one state concurrently, one sends its code", needsRedis, async (t) => {
  const [redis, issuer] = [await startRedis(t), await issuerOf(t)];
  const state = stateOf(issuer);
  const uses = [1, 2, 3].map(() => useElsewhere(issuer, redis.url, state));
  const reasons = (await Promise.all(uses)).map(([reason]) => reason);
  assert.deepEqual(reasons.sort(), ["code_rejected", "state_used", "state_used"]);
  assert.equal(exchanges(issuer), 1);
});

test("Redis gets no readable state, and forgets it after its expiry", needsRedis, async (t) => {
  const [redis, issuer] = [await startRedis(t), await issuerOf(t)];
  const state = stateOf(issuer);
  const sharedState = { redisUrl: redis.url, prefix: "mine" };
  assert.equal(await use(serviceFor(issuer, { sharedState }), state), "code_rejected");
  const [name, ...others] = (await redis.command("--scan", "--pattern", "*used-state*")).split(
    "\n",
  );
  assert.deepEqual(others, []);
  assert.match(name, /^mine:used-state:[\w-]{43}$/);
  const shown = `${name} ${await redis.command("GET", name)}`;
  const bytes = Buffer.from(state, "base64url");
  for (const hidden of [state, bytes.toString("latin1"), bytes.toString("hex")]) {
    assert.ok(!shown.includes(hidden), "the state shows");
  }
  const life = Number(await redis.command("PTTL", name));
  assert.ok(life > 10 * MINUTE_MS && life <= 11 * MINUTE_MS, `${life} ms`);
});

test("without Redis the process's memory decides, after one warning", needsRedis, async (t) => {
  const [redis, issuer] = [await startRedis(t), await issuerOf(t)];
  const logger = recordingLogger();
  const service = serviceFor(issuer, { sharedState: { redisUrl: redis.url } }, logger);
  await redis.kill();
  const [one, another] = [stateOf(issuer), stateOf(issuer)];
  for (const state of [one, another]) {
    assert.equal(await use(service, state), "code_rejected");
    assert.equal(await use(service, state), "state_used");
  }
  assert.deepEqual(
    logger.lines.map(({ level }) => level),
    ["warn"],
  );
  assert.equal(exchanges(issuer), 2);
});

const isUse = ([command]) => command === "SET";

for (const [name, reply] of Object.entries({
  // Nor to later commands: replies come in the order of the commands.
  "never replies": (_, socket) => void socket.cork(),
  refuses: () => "-ERR no\r\n",
  "hangs up": (_, socket) => void socket.destroy(),
  "replies with something else": () => "*1\r\n*0\r\n",
})) {
  test(`if Redis ${name} when a state is used, the memory of the process decides`, async (t) => {
    const issuer = await issuerOf(t);
    const logger = recordingLogger();
    const redis = await scriptedRedis(t, (words, socket) =>
      isUse(words) && words.includes("NX") ? reply(words, socket) : emptyRedis(words),
    );
    const service = serviceFor(issuer, { sharedState: { redisUrl: redis.url } }, logger);
    const state = stateOf(issuer);
    const begun = performance.now();
    assert.equal(await use(service, state), "code_rejected");
    assert.ok(performance.now() - begun < 5000);
    assert.ok(redis.commands.some((words) => isUse(words) && words.includes("NX")));
    assert.equal(await use(service, state), "state_used");
    assert.deepEqual(
      logger.lines.map(({ level }) => level),
      ["warn"],
    );
  });
}

test("a state stays used in its process if Redis forgets it", async (t) => {
  const [redis, issuer] = [await scriptedRedis(t), await issuerOf(t)];
  const service = serviceFor(issuer, { sharedState: { redisUrl: redis.url } });
  const state = stateOf(issuer);
  assert.deepEqual(
    [await use(service, state), await use(service, state)],
    ["code_rejected", "state_used"],
  );
  assert.equal(exchanges(issuer), 1);
});

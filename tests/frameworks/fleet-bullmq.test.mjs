// Several workers on one list: one of them is killed, and nothing is lost, done twice unmarked, or sent too fast.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { skipWithoutRedis, startRedis } from "../../test-support/redis.mjs";
import { tenantOf } from "../../test-support/service.mjs";

const directory = fileURLToPath(new URL("../../examples/fleet-bullmq/", import.meta.url));
const REVOKE = "delete_sessions_for_user";

/** Ids that end in their place in the list, from 1. */
const people = (count) =>
  Array.from({ length: count }, (_, index) => `auth0|user-${`${index + 1}`.padStart(3, "0")}`);

/**
 * A tenant with these users, each with a session, a Redis, and what the programs of the example need to reach both. The list
 * also has `others`, whom the tenant does not know.
 */
async function stage(t, users, others = []) {
  const rows = users.map((user_id) => ({ user_id }));
  const seed = { users: rows, sessions: rows, refreshTokens: rows };
  const tenant = await tenantOf(t, { plan: "private-cloud", seed });
  const redis = await startRedis(t);
  const folder = mkdtempSync(join(tmpdir(), "fleet-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const list = join(folder, "users.txt");
  writeFileSync(list, [...users, ...others].map((user) => `${user}\n`).join(""));
  const env = {
    ...process.env,
    RUN: "incident-42",
    REDIS_URL: redis.url,
    AUTH0_DOMAIN: tenant.domain,
    AUTH0_CLIENT_ID: tenant.clientId,
    AUTH0_CLIENT_SECRET: tenant.clientSecret,
  };
  return { tenant, list, env };
}

/** Runs a program of the example to its end. */
function run(env, program, ...args) {
  return new Promise((resolve) => {
    const options = { cwd: directory, env };
    execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout: stdout.trim(), stderr: stderr.trim() }),
    );
  });
}

async function statusOf(env) {
  return (await run(env, "status.js")).stdout.split("\n");
}

/** What is recorded about every user. */
async function journalOf(env) {
  const { stdout } = await run(env, "status.js", "--users");
  return stdout.split("\n").map((line) => JSON.parse(line));
}

/** Workers, which are killed when the test ends, and a way to wait for what they print. */
function startWorkers(t, env, count) {
  const lines = [];
  const changes = new EventEmitter();
  const workers = Array.from({ length: count }, () => {
    const worker = startWorker(t, env);
    worker.child.on("exit", () => changes.emit("change"));
    for (const stream of [worker.child.stdout, worker.child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        worker.lines.push(line);
        lines.push(line);
        changes.emit("change");
      });
    }
    return worker;
  });
  const printed = async (pattern, times = 1) => {
    const found = () => lines.filter((line) => pattern.test(line));
    while (found().length < times) {
      assert.ok(!workers.some(({ child }) => child.exitCode), lines.join("\n"));
      await once(changes, "change");
    }
    return found()[0];
  };
  return { workers, printed };
}

function startWorker(t, env) {
  const child = spawn(process.execPath, ["worker.js"], { cwd: directory, env });
  const ended = once(child, "exit");
  t.after(() => {
    child.kill("SIGKILL");
    return ended;
  });
  return { child, ended, lines: [] };
}

/** Whether a worker has begun the chunk of the user at this place, and has not finished it. */
function isAt({ lines }, place) {
  const line = lines.findLast((each) => each.startsWith("users-"));
  const [, first, last] = /^users-(\d+)-(\d+)-\w{16}: \d+ users$/.exec(line) ?? [];
  return Number(first) <= place && place <= Number(last);
}

/**
 * Once the tenant has got this many requests to revoke sessions, kills the worker that sent the next one. The tenant carries
 * it out and never responds, so the worker is certainly in the middle of its chunk.
 */
function killOneInTheMiddle(tenant, workers, after) {
  const victim = {};
  let requests = 0;
  const isTheMoment = ({ operation, params }) => {
    if (operation !== REVOKE || victim.user) return false;
    requests += 1;
    const place = Number(params.user_id.slice(-3));
    const worker = workers.find((each) => isAt(each, place));
    if (requests < after || !worker) return false;
    Object.assign(victim, { user: params.user_id, worker });
    worker.child.kill("SIGKILL");
    return true;
  };
  tenant.fault(isTheMoment, { hang: "after" });
  return victim;
}

/**
 * One access token, and hardly a request that the tenant refuses. On a machine so busy that Redis does not respond in time,
 * workers stop sharing and say so.
 */
function assertShared(t, { requests }, workers) {
  const refused = requests.filter(({ status }) => status === 429).length;
  const tokens = requests.filter(({ operation }) => operation === "oauth_token").length;
  const isBusy = workers.some(({ lines }) => lines.some((line) => line.includes("falling back")));
  t.diagnostic(`${requests.length} requests, ${refused} of them refused, ${tokens} for tokens`);
  if (isBusy) return t.diagnostic("Redis did not respond in time.");
  assert.equal(tokens, 1);
  assert.ok(refused <= requests.length / 100, `${refused} requests were refused`);
}

/** How often the sessions of a user were revoked. */
function revocations({ requests }, user) {
  const ofUser = requests.filter(({ params }) => params.user_id === user);
  return ofUser.filter(({ operation, status }) => operation === REVOKE && status !== 429).length;
}

async function stop(worker) {
  worker.child.kill("SIGTERM");
  assert.deepEqual(await worker.ended, [0, null]);
}

async function killedWorker(t) {
  const users = people(300);
  const { tenant, list, env } = await stage(t, users);
  assert.equal((await run(env, "producer.js", list, "25")).stdout, "300 users are queued.");
  const { workers, printed } = startWorkers(t, env, 3);
  // The benchmark of kills chooses others.
  const victim = killOneInTheMiddle(tenant, workers, Number(process.env.KILLED_AFTER ?? 75));
  await printed(/: done$/, 12);
  assert.deepEqual(await victim.worker.ended, [null, "SIGKILL"]);

  const journal = await journalOf(env);
  assert.deepEqual(journal.map(({ user }) => user).sort(), users);
  assert.ok(journal.every(({ status }) => status === "success"));
  for (const { user, attempts } of journal) {
    assert.deepEqual([tenant.sessions(user), tenant.refreshTokens(user)], [[], []], user);
    assert.ok(revocations(tenant, user) <= attempts, user);
  }
  const { attempts } = journal.find(({ user }) => user === victim.user);
  assert.deepEqual([attempts, revocations(tenant, victim.user)], [2, 2]);
  assertShared(t, tenant, workers);
  await Promise.all(workers.filter((worker) => worker !== victim.worker).map(stop));
}

async function sameListAgain(t) {
  const { tenant, list, env } = await stage(t, people(20));
  const { workers, printed } = startWorkers(t, env, 1);
  await run(env, "producer.js", list, "5");
  await printed(/: done$/, 4);
  tenant.clearRequests();
  await run(env, "producer.js", list, "5");
  await run(env, "producer.js", list, "10");
  await printed(/: done$/, 6);
  assert.deepEqual(tenant.requests, []);
  const [totals, chunks] = await statusOf(env);
  assert.match(totals, /^20 users: 20 succeeded, .* 0 left; 0 begun more than once$/);
  assert.equal(chunks, "Chunks: 6 done, 0 in progress, 0 waiting, 0 failed");
  await stop(workers[0]);
}

async function refusingTenant(t) {
  const { tenant, list, env } = await stage(t, people(40), ["nobody@example.com"]);
  const body = { statusCode: 403, error: "Forbidden", message: "No.", errorCode: "no" };
  tenant.fault(REVOKE, { status: 403, body }, Number.POSITIVE_INFINITY);
  await run(env, "producer.js", list);
  const { workers, printed } = startWorkers(t, env, 1);
  assert.match(await printed(/stopped/), /^users-1-41-\w+: The run was stopped: .* paused/);
  const [, chunks, pause] = await statusOf(env);
  assert.equal(chunks, "Chunks: 0 done, 0 in progress, 0 waiting, 1 failed");
  assert.match(pause, /^The queue is paused/);

  tenant.clearFaults();
  await run(env, "producer.js", list);
  await printed(/: done$/);
  const journal = await journalOf(env);
  assert.equal(journal.filter(({ status }) => status === "success").length, 40);
  const nobody = journal.find(({ user }) => user === "nobody@example.com");
  assert.deepEqual([nobody.status, nobody.code], ["error", "ERR_USER_NOT_FOUND"]);
  await stop(workers[0]);
}

async function refusedInput(t) {
  const { list, env } = await stage(t, ["auth0|1"], ["auth0|\u001b[2J"]);
  assert.deepEqual(await run(env, "producer.js", list), {
    code: 1,
    stdout: "",
    stderr: `${list}, line 2 contains a control character. Remove it.`,
  });
  const unnamed = await run({ ...env, RUN: "a:b" }, "status.js");
  assert.equal(unnamed.code, 1);
  assert.match(unnamed.stderr, /^RUN must be 1 to 64 letters/);
}

describe("the example for several machines", { skip: skipWithoutRedis, concurrency: true }, () => {
  test(
    "of three workers one is killed, and every user is done exactly once, or marked",
    killedWorker,
  );
  test("a list that is queued again repeats nobody, not even in other chunks", sameListAgain);
  test(
    "a tenant that refuses everything pauses the queue until the list is queued again",
    refusingTenant,
  );
  test("a list with a control character is refused, and so is a run without a name", refusedInput);
});

// What processes that are killed at random lose, and what is done twice without a mark.
//
//   npm run bench:kills               both parts
//   npm run bench:kills -- commands   the command line, killed 20 times in one run and resumed
//   npm run bench:kills -- workers    one of the three workers of examples/fleet-bullmq, in each of 20 runs

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startTenant } from "@archie/auth0-tenant-emulator";
import { recordsIn, startCli } from "../cli/test-support/cli.js";
import { userOfWrite } from "../cli/test-support/runs.js";
import { addUsers } from "../cli/test-support/tenants.js";
import { report } from "./report.mjs";

const KILLS = 20;
const USERS = 2_000;
/** So that the run is still under way after 20 kills. */
const RATE_LIMITS = { management: { burst: 50, perSecond: 200 } };
/** The latest kill after a start, which takes some of it. */
const LONGEST = 1_500;

const PARTS = { commands, workers };
const given = process.argv.slice(2);
const unknown = given.find((part) => !Object.hasOwn(PARTS, part));
if (unknown)
  throw new Error(`No part is called ${unknown}, only: ${Object.keys(PARTS).join(", ")}.`);

/** A tenant, its users, and how often it has carried out the same change for each. */
async function stage() {
  const changes = new Map();
  const writes = new Map();
  const tenant = await startTenant({
    seed: {},
    rateLimits: RATE_LIMITS,
    recordLimit: 0,
    onRequest(request) {
      const { method, url, status, operation } = request;
      if (method === "GET" || url === "/oauth/token" || status >= 400) return;
      const user = userOfWrite(request);
      const change = `${operation} ${user}`;
      changes.set(change, (changes.get(change) ?? 0) + 1);
      writes.set(user, Math.max(writes.get(user) ?? 0, changes.get(change)));
    },
  });
  return { tenant, writes, users: addUsers(tenant, USERS) };
}

/**
 * Starts the command again and again, and kills it at a random time, 20 times; then it runs to its end. If it is killed
 * before it has a journal, there is nothing to resume.
 */
async function killed(args, journal, tenant) {
  for (let kills = 0; ; ) {
    const { child, ended } = startCli([...args, ...(existsSync(journal) ? ["--resume"] : [])], {
      tenant,
    });
    if (kills < KILLS) {
      await Promise.race([ended, delay(Math.random() * LONGEST)]);
      child.kill("SIGKILL");
    }
    const { code, signal, stderr } = await ended;
    if (signal === null) {
      if (code !== 0) throw new Error(stderr);
      return kills;
    }
    kills += 1;
  }
}

/** What the journal says about each user in the end. */
function outcomesIn(journal) {
  const outcomes = new Map();
  for (const { type, user, ...outcome } of recordsIn(readFileSync(journal, "utf8"))) {
    if (type === "intent" || type === "outcome") {
      const known = outcomes.get(user.id) ?? { intents: 0 };
      if (type === "intent") known.intents += 1;
      outcomes.set(user.id, type === "outcome" ? { ...known, ...outcome } : known);
    }
  }
  return outcomes;
}

/** One command, killed and resumed. `isMarked` tells whether the journal shows that a user may have been changed twice. */
async function command(name, options, isMarked) {
  const { tenant, writes, users } = await stage();
  const folder = mkdtempSync(join(tmpdir(), "kills-"));
  const path = (file) => join(folder, file);
  writeFileSync(path("users.txt"), users.join("\n"));
  const files = ["--file", path("users.txt"), "--out", path("run.ndjson")];
  const args = ["bulk", name, ...files, ...options(path), "--yes"];
  const kills = await killed(args, path("run.ndjson"), tenant);
  const outcomes = outcomesIn(path("run.ndjson"));
  const lost = users.filter(
    (user) => outcomes.get(user)?.status !== "success" || !writes.has(user),
  );
  const twice = users.filter((user) => writes.get(user) > 1);
  report(`bulk ${name}: kills of ${KILLS} that did not happen`, KILLS - kills, 0);
  report(`bulk ${name}: users lost`, lost.length, 0);
  const unmarked = twice.filter((user) => !isMarked(outcomes.get(user)));
  report(`bulk ${name}: users changed twice without a mark`, unmarked.length, 0);
  console.log(`         ${twice.length} of ${USERS} users changed twice`);
  await tenant.close();
  rmSync(folder, { recursive: true });
}

async function commands() {
  await command(
    "revoke",
    () => [],
    ({ intents }) => intents > 1,
  );
  const tickets = (path) => ["--tickets-to", path("tickets.ndjson")];
  await command("ticket", tickets, ({ mayHaveBeenIssued }) => mayHaveBeenIssued === true);
}

/** The test of the example kills a worker after so many requests, and asserts the same about every user. */
function workers() {
  const file = fileURLToPath(new URL("../tests/frameworks/fleet-bullmq.test.mjs", import.meta.url));
  const args = [
    "--test",
    "--test-reporter=tap",
    "--test-name-pattern",
    "of three workers one is killed",
    file,
  ];
  let failed = 0;
  for (let run = 0; run < KILLS; run += 1) {
    const moment = String(1 + Math.floor(Math.random() * 200));
    const env = { ...process.env, KILLED_AFTER: moment };
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8", env });
    if (status === 0 && /^# pass [1-9]/m.test(stdout)) continue;
    failed += 1;
    console.log(stdout);
  }
  report(`runs of ${KILLS} with one of three workers killed in which a user was lost`, failed, 0);
}

for (const part of given.length > 0 ? given : Object.keys(PARTS)) await PARTS[part]();

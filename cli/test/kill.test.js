// A run that is killed at any moment loses nothing, and does nothing twice unnoticed.

import assert from "node:assert/strict";
import { appendFileSync, truncateSync } from "node:fs";
import { test } from "node:test";
import { folderOf, runCli, startCli } from "../test-support/cli.js";
import {
  assertAllSucceeded,
  idsOfIntents,
  observedTenant,
  randomOf,
  userOfWrite,
} from "../test-support/runs.js";
import { addUsers, writesTo } from "../test-support/tenants.js";

const USERS = 60;
/** So many kills at most; every round makes progress. */
const ROUNDS = 100;

/**
 * Kills the command after a few changes, again and again, until it reaches its end. Calls `check` after each kill.
 * @param {{ tenant: import("@archie/auth0-tenant-emulator").Tenant, until: (condition: () => boolean) => Promise<void> }} observed
 * @param {string[]} args
 * @param {(max: number) => number} random
 * @param {() => void} check
 */
async function killUntilDone({ tenant, until }, args, random, check) {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { child, ended } = startCli(round === 0 ? args : [...args, "--resume"], { tenant });
    const enough = writesTo(tenant).length + random(20);
    until(() => writesTo(tenant).length >= enough).then(() => child.kill("SIGKILL"));
    const { code, signal, stderr } = await ended;
    if (signal === null) {
      assert.equal(code, 0, stderr);
      return round;
    }
    assert.equal(signal, "SIGKILL");
    check();
  }
  assert.fail("the run never ended");
}

/**
 * @param {string} content of a journal, whose last line may be cut
 * @returns {any[]}
 */
const wholeRecords = (content) =>
  content
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));

test("whoever was changed before a kill is in the journal, and everybody is done in the end", async (t) => {
  const observed = await observedTenant(t, { seed: {} });
  const { tenant } = observed;
  const users = addUsers(tenant, USERS);
  const folder = folderOf(t);
  const list = folder.write("users.txt", users.join("\n"));
  const journal = folder.path("run.ndjson");
  const args = ["bulk", "revoke", "--file", list, "--out", journal, "--yes", "--concurrency", "4"];

  const kills = await killUntilDone(observed, args, randomOf(t), () => {
    const intents = idsOfIntents(wholeRecords(folder.read("run.ndjson")));
    for (const write of writesTo(tenant)) assert.ok(intents.has(userOfWrite(write)));
  });
  assert.ok(kills > 1);
  assertAllSucceeded(folder.records("run.ndjson"), users);
  assert.deepEqual(tenant.sessions(), []);
});

test("tickets are in their file before the journal says so, and a second one is marked", async (t) => {
  const observed = await observedTenant(t, { seed: {} });
  const { tenant } = observed;
  const users = addUsers(tenant, USERS);
  const folder = folderOf(t);
  const list = folder.write("users.txt", users.join("\n"));
  const files = ["--out", folder.path("run.ndjson"), "--tickets-to", folder.path("tickets.ndjson")];
  const args = ["bulk", "ticket", "--file", list, ...files, "--yes", "--concurrency", "4"];

  const ticketsOf = (/** @type {any[]} */ records) => new Set(records.map(({ userId }) => userId));
  await killUntilDone(observed, args, randomOf(t), () => {
    const issued = ticketsOf(wholeRecords(folder.read("tickets.ndjson")));
    const outcomes = wholeRecords(folder.read("run.ndjson")).filter(
      ({ type }) => type === "outcome",
    );
    for (const { user } of outcomes) assert.ok(issued.has(user.id));
  });
  const records = folder.records("run.ndjson");
  assertAllSucceeded(records, users);
  assert.doesNotMatch(folder.read("run.ndjson"), /ticket=/);
  assert.deepEqual([...ticketsOf(folder.records("tickets.ndjson"))].sort(), users);

  for (const id of users) {
    const count = writesTo(tenant).filter((write) => userOfWrite(write) === id).length;
    const [outcome] = records.filter(({ type, user }) => type === "outcome" && user.id === id);
    if (count > 1) assert.equal(outcome.mayHaveBeenIssued, true, id);
  }
});

test("a last line that was cut in the middle is removed, and its user is repeated", async (t) => {
  const { tenant } = await observedTenant(t, { seed: {} });
  const users = addUsers(tenant, 3);
  const folder = folderOf(t);
  const journal = folder.path("run.ndjson");
  const args = ["bulk", "revoke", ...users, "--out", journal, "--yes"];
  assert.equal((await runCli(args, { tenant })).code, 0);
  const lines = folder.read("run.ndjson").split("\n");
  const lastOutcome = lines.findLastIndex((line) => line.includes('"outcome"'));
  const kept = lines.slice(0, lastOutcome).join("\n").length + 1;
  truncateSync(journal, kept + 20);

  tenant.clearRequests();
  const { code, stderr } = await runCli([...args, "--resume"], { tenant });
  assert.equal(code, 0, stderr);
  assert.match(stderr, /ended within a line: 20 bytes were cut off/);
  const [only, ...others] = [...new Set(writesTo(tenant).map(userOfWrite))];
  assert.equal(only, JSON.parse(lines[lastOutcome]).user.id);
  assert.deepEqual(others, []);
  assertAllSucceeded(folder.records("run.ndjson"), users);
});

test("a journal whose first line was not finished is begun again", async (t) => {
  const { tenant } = await observedTenant(t, { seed: {} });
  const users = addUsers(tenant, 2);
  const folder = folderOf(t);
  for (const start of ["", '{"type":"jou', '{"type":"journal","version":1,"run":"']) {
    const journal = folder.write("run.ndjson", start);
    const args = ["bulk", "revoke", ...users, "--out", journal, "--yes", "--resume"];
    const { code, stderr } = await runCli(args, { tenant });
    assert.equal(code, 0, stderr);
    assertAllSucceeded(folder.records("run.ndjson"), users);
  }
});

test("a journal with a damaged line in the middle is refused", async (t) => {
  const { tenant } = await observedTenant(t, { seed: {} });
  const users = addUsers(tenant, 2);
  const folder = folderOf(t);
  const journal = folder.path("run.ndjson");
  const args = ["bulk", "revoke", ...users, "--out", journal, "--yes"];
  await runCli(args, { tenant });
  const before = folder.read("run.ndjson");
  appendFileSync(journal, `\0\0\0\n{"type":"end","settled":true}\n`);
  const { code, stderr } = await runCli([...args, "--resume"], { tenant });
  assert.equal(code, 2);
  assert.match(stderr, new RegExp(`line ${before.split("\n").length} is not one of its records`));
});

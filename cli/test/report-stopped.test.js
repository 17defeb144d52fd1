// The report of a run that did not reach its end says so.

import assert from "node:assert/strict";
import { test } from "node:test";
import { folderOf, noSignals, runCli, startCli } from "../test-support/cli.js";
import { observedTenant } from "../test-support/runs.js";
import { addUsers, sharedTenant, writesTo } from "../test-support/tenants.js";

const shared = await sharedTenant();
const USERS = 40;

/**
 * Starts a run for many users, and ends it with a signal after a few.
 * @param {import("node:test").TestContext} t
 * @param {NodeJS.Signals} signal
 */
async function interrupted(t, signal) {
  const { tenant, until } = await observedTenant(t, { seed: {} });
  const folder = folderOf(t);
  const list = folder.write("users.txt", addUsers(tenant, USERS).join("\n"));
  const out = folder.path("run.ndjson");
  const args = ["bulk", "block", "--file", list, "--out", out, "--yes", "--concurrency", "2"];
  const { child, ended } = startCli(args, { tenant });
  await until(() => writesTo(tenant).length >= 5);
  child.kill(signal);
  const { stderr } = await ended;
  const outcomes = folder.records("run.ndjson").filter(({ type }) => type === "outcome").length;
  const report = await runCli(["report", out]);
  assert.equal(report.code, 0, report.stderr);
  return { outcomes, stderr, report: report.stderr, folder };
}

test("after Ctrl-C it names the users who were not reached", { skip: noSignals }, async (t) => {
  const { outcomes, stderr, report, folder } = await interrupted(t, "SIGINT");
  assert.match(stderr, /^Stopped by Ctrl-C\.$/m);
  assert.ok(stderr.includes(`${USERS - outcomes} not begun`), stderr);
  assert.ok(report.includes(`Stopped by Ctrl-C; ${USERS - outcomes} users not reached.`), report);
  const end = folder.records("run.ndjson").at(-1);
  assert.equal(end.left, USERS - outcomes);
});

test("after a kill it counts the users whom the journal does not have", async (t) => {
  const { report, folder } = await interrupted(t, "SIGKILL");
  const known = new Set(folder.records("run.ndjson").flatMap(({ user }) => user?.id ?? [])).size;
  assert.ok(
    report.includes(`The run was killed, or is still running; ${USERS - known} users not reached.`),
    report,
  );
});

test("it says that a selection may lack users", async (t) => {
  const out = folderOf(t).path("run.ndjson");
  const query = ["--query", 'email:"ada@example.com"'];
  assert.equal((await runCli(["audit", ...query, "--out", out], { tenant: shared })).code, 4);
  const { stderr } = await runCli(["report", out]);
  assert.match(stderr, /users may be missing/);
  assert.doesNotMatch(stderr, /not reached/);
});

test("a run that reached its end has nothing to add", async (t) => {
  const out = folderOf(t).path("run.ndjson");
  const args = ["audit", "ada@example.com", "ada@example.com", "--out", out];
  assert.equal((await runCli(args, { tenant: shared })).code, 0);
  const { stderr } = await runCli(["report", out]);
  assert.match(stderr, /: 1 user, 1 duplicate, 0 failed\n$/);
});

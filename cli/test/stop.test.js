// A run that is stopped: by a signal, by a full disk, by a reader that is gone, by failures.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import {
  BIN,
  environmentOf,
  folderOf,
  noSignals,
  recordsIn,
  runCli,
  startCli,
} from "../test-support/cli.js";
import {
  assertAllSucceeded,
  idsOfIntents,
  observedTenant,
  userOfWrite,
} from "../test-support/runs.js";
import { addUsers, writesTo } from "../test-support/tenants.js";

const USERS = 40;

/**
 * Many users, of whom few are processed at a time.
 * @param {import("node:test").TestContext} t
 */
async function longRun(t) {
  const { tenant, until } = await observedTenant(t, { seed: {} });
  const users = addUsers(tenant, USERS);
  const folder = folderOf(t);
  const list = folder.write("users.txt", users.join("\n"));
  const common = [
    "--file",
    list,
    "--out",
    folder.path("run.ndjson"),
    "--yes",
    "--concurrency",
    "2",
  ];
  const tickets = ["bulk", "ticket", ...common, "--tickets-to", folder.path("tickets.ndjson")];
  return { tenant, until, users, folder, revoke: ["bulk", "revoke", ...common], tickets };
}

for (const [signal, exitCode] of /** @type {const} */ ([
  ["SIGINT", 130],
  ["SIGTERM", 143],
])) {
  const name = `after ${signal} a run finishes what it has begun, and says how to continue`;
  test(name, { skip: noSignals }, async (t) => {
    const { tenant, until, users, folder, tickets } = await longRun(t);
    const { child, ended } = startCli(tickets, { tenant });
    await until(() => writesTo(tenant).length >= 5);
    child.kill(signal);
    const { code, stderr } = await ended;
    assert.equal(code, exitCode, stderr);
    assert.ok(writesTo(tenant).length < USERS);
    const records = folder.records("run.ndjson");
    assert.deepEqual(records.at(-1).settled, true);
    const done = records.filter(({ type }) => type === "outcome");
    assert.equal(done.length, writesTo(tenant).length);
    const command = /To continue:\n {2}auth0-user-security (.*)/.exec(stderr)?.[1];
    assert.ok(command?.includes("--resume"));

    const resumed = await runCli(command.split(" "), { tenant });
    assert.equal(resumed.code, 0, resumed.stderr);
    assertAllSucceeded(folder.records("run.ndjson"), users);
    // Nobody got two tickets, and the journal knows that.
    assert.equal(writesTo(tenant).length, USERS);
    assert.doesNotMatch(folder.read("run.ndjson"), /mayHaveBeenIssued/);
    assert.equal(folder.records("tickets.ndjson").length, USERS);
  });
}

test("a second Ctrl-C ends the process at once", { skip: noSignals }, async (t) => {
  const { tenant, until, revoke } = await longRun(t);
  tenant.fault(({ method }) => method === "DELETE", { hang: "before" }, 100);
  const { child, ended } = startCli(revoke, { tenant });
  // Before that nothing has begun, and the first Ctrl-C ends the run.
  await until(() => tenant.requests.some(({ method }) => method === "DELETE"));
  const isStopping = new Promise((resolve) => {
    child.stderr.on("data", (chunk) => String(chunk).includes("Stopping") && resolve(undefined));
  });
  child.kill("SIGINT");
  await isStopping;
  child.kill("SIGINT");
  assert.equal((await ended).code, 130);
});

test("Ctrl-C while the list is awaited ends the command", { skip: noSignals }, async (t) => {
  const { tenant } = await longRun(t);
  const child = spawn(process.execPath, [BIN, "bulk", "revoke", "-", "--yes"], {
    env: environmentOf(tenant),
  });
  const stderr = text(child.stderr);
  child.stdin.write("auth0|fleet0000");
  // It listens to signals before it reads.
  await once(child, "spawn");
  const timer = setInterval(() => child.kill("SIGINT"), 50);
  const [code, signal] = await once(child, "exit");
  clearInterval(timer);
  assert.ok(code === 130 || signal === "SIGINT", await stderr);
  assert.deepEqual(writesTo(tenant), []);
});

test("a reader that is gone stops the run, which can be resumed", async (t) => {
  const { tenant, users, folder, revoke } = await longRun(t);
  const child = spawn(process.execPath, [BIN, ...revoke, "--json"], { env: environmentOf(tenant) });
  const stderr = text(child.stderr);
  await once(child.stdout, "data");
  child.stdout.destroy();
  const [code] = await once(child, "exit");
  assert.equal(code, 4, await stderr);
  assert.match(await stderr, /Stopped: the output cannot be written: the program that read/);
  assert.ok(new Set(writesTo(tenant).map(userOfWrite)).size < USERS / 2);
  const outcomes = folder.records("run.ndjson").filter(({ type }) => type === "outcome");
  const changed = new Set(writesTo(tenant).map(userOfWrite));
  assert.deepEqual(new Set(outcomes.map(({ user }) => user.id)), changed);

  const { code: resumed } = await runCli([...revoke, "--resume"], { tenant });
  assert.equal(resumed, 0);
  assertAllSucceeded(folder.records("run.ndjson"), users);
});

test("a disk that is full stops the run before anything else is changed", {
  skip: process.platform === "win32" && "the limit of the size of files is of POSIX",
}, async (t) => {
  const { tenant, users, folder, revoke } = await longRun(t);
  // Node.js ignores SIGXFSZ, so that a write beyond the limit fails as on a full disk.
  const shell = `ulimit -f 2; exec "$0" "$@"`;
  const child = spawn("bash", ["-c", shell, process.execPath, BIN, ...revoke], {
    env: environmentOf(tenant),
  });
  const stderr = text(child.stderr);
  const [code] = await once(child, "exit");
  assert.equal(code, 4, await stderr);
  assert.match(await stderr, /Stopped: the journal cannot be written/);
  assert.ok(new Set(writesTo(tenant).map(userOfWrite)).size < USERS / 2);
  const intents = idsOfIntents(folder.records("run.ndjson"));
  for (const write of writesTo(tenant)) assert.ok(intents.has(userOfWrite(write)));

  const { code: resumed, stderr: said } = await runCli([...revoke, "--resume"], { tenant });
  assert.equal(resumed, 0, said);
  assertAllSucceeded(folder.records("run.ndjson"), users);
});

test("a run stops at the first failure, or after several in a row", async (t) => {
  const { tenant, revoke } = await longRun(t);
  tenant.fault(({ method }) => method === "DELETE", { status: 403 }, 1000);
  const [, , file, list] = revoke;
  const args = ["bulk", "revoke", file, list, "--yes", "--json", "--concurrency", "1"];
  const first = await runCli([...args, "--stop-on-error"], { tenant });
  assert.ok([3, 4].includes(first.code ?? 0), first.stderr);
  assert.equal(recordsIn(first.stdout).length, 1);
  const third = await runCli([...args, "--stop-after-failures", "3"], { tenant });
  assert.ok(recordsIn(third.stdout).length < 6);
  assert.match(third.stderr, /Stopped: /);
});

test("missing scopes stop a run with the code for configuration", async (t) => {
  const { tenant, revoke } = await longRun(t);
  tenant.setScopes(["read:users"]);
  const { code, stderr } = await runCli([...revoke, "--stop-after-failures", "3"], { tenant });
  assert.equal(code, 3, stderr);
  assert.match(stderr, /Add --retry-failed/);
});

test("what a dry run has journalled cannot be resumed as a change", async (t) => {
  const { tenant, revoke, folder } = await longRun(t);
  assert.equal((await runCli([...revoke, "--dry-run"], { tenant })).code, 0);
  assert.equal(
    folder.records("run.ndjson").filter(({ status }) => status === "planned").length,
    USERS,
  );
  const { code } = await runCli([...revoke, "--resume"], { tenant });
  assert.equal(code, 2);
  assert.deepEqual(writesTo(tenant), []);
});

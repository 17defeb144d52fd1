// The journal of --out: when it is refused, who may use it, and what a resumed run does.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertPrivate, folderOf, recordsIn, runCli, startCli } from "../test-support/cli.js";
import { assertAllSucceeded, observedTenant, userOfWrite } from "../test-support/runs.js";
import { addUsers, writesTo } from "../test-support/tenants.js";

/**
 * A journal of a run that has ended.
 * @param {import("node:test").TestContext} t
 */
async function finishedRun(t) {
  const { tenant, until } = await observedTenant(t, { seed: {} });
  const users = addUsers(tenant, 3);
  const folder = folderOf(t);
  const out = folder.path("run.ndjson");
  const args = ["bulk", "revoke", ...users, "--out", out, "--yes"];
  const { code, stderr } = await runCli(args, { tenant });
  assert.equal(code, 0, stderr);
  tenant.clearRequests();
  return { tenant, until, users, folder, out, args };
}

test("a journal has a header, an intent before each user, and an outcome after", async (t) => {
  const { folder, out, users, tenant } = await finishedRun(t);
  const [header, ...records] = folder.records("run.ndjson");
  assert.equal(header.type, "journal");
  assert.equal(header.version, 1);
  assert.equal(header.command, "bulk revoke");
  assert.equal(header.tenant, tenant.domain);
  assert.ok(header.run && header.started);
  for (const id of users) {
    const types = records.filter(({ user }) => user?.id === id).map(({ type }) => type);
    assert.deepEqual(types, ["intent", "outcome"]);
  }
  assert.equal(records.at(-1).type, "end");
  assertPrivate(out);
});

test("an existing file is never overwritten", async (t) => {
  const { tenant, folder, args } = await finishedRun(t);
  const before = folder.read("run.ndjson");
  const { code, stderr } = await runCli(args, { tenant });
  assert.equal(code, 2);
  assert.match(stderr, /run\.ndjson" exists\. Add --resume/);
  assert.equal(folder.read("run.ndjson"), before);
  assert.deepEqual(writesTo(tenant), []);
});

test("a resumed run that was complete does nothing", async (t) => {
  const { tenant, args } = await finishedRun(t);
  const { code, stderr } = await runCli([...args, "--resume"], { tenant });
  assert.equal(code, 0);
  assert.match(stderr, /3 done before/);
  assert.deepEqual(writesTo(tenant), []);
});

test("a resumed run does users who were added to the list", async (t) => {
  const { tenant, folder, users, out } = await finishedRun(t);
  const [added] = addUsers(tenant, 1, users.length);
  const args = ["bulk", "revoke", ...users, added, "--out", out, "--yes", "--resume"];
  assert.equal((await runCli(args, { tenant })).code, 0);
  assert.deepEqual([...new Set(writesTo(tenant).map(userOfWrite))], [added]);
  assertAllSucceeded(folder.records("run.ndjson"), [...users, added]);
});

test("another spelling of an email is not done because the first one was not found", async (t) => {
  const { tenant } = await observedTenant(t, { seed: {} });
  const [user] = addUsers(tenant, 1);
  tenant.addUser({ user_id: "github|mixed", email: "Mixed@Case.example" });
  const out = folderOf(t).path("run.ndjson");
  const args = ["bulk", "revoke", user, "mixed@case.example", "--out", out, "--yes"];
  assert.equal((await runCli(args, { tenant })).code, 1);
  tenant.clearRequests();
  await runCli([...args, "Mixed@Case.example", "--resume"], { tenant });
  assert.deepEqual([...new Set(writesTo(tenant).map(userOfWrite))], ["github|mixed"]);
});

test("a journal of another command, of other options or of another tenant is refused", async (t) => {
  const { tenant, users, out, args, folder } = await finishedRun(t);
  const before = folder.read("run.ndjson");
  const other = (await observedTenant(t, { seed: {} })).tenant;
  const common = [...users, "--out", out, "--yes", "--resume"];
  for (const [command, where, difference] of /** @type {const} */ ([
    [["bulk", "block", ...common], tenant, 'Its command was "bulk revoke"'],
    [
      ["bulk", "revoke", ...common, "--dry-run"],
      tenant,
      "--dry-run was not given, and is now given",
    ],
    [["bulk", "revoke", "--all", ...common.slice(3)], tenant, "--all was not given"],
    [[...args, "--resume"], other, "Its tenant was"],
  ])) {
    const { code, stderr } = await runCli([...command], { tenant: where });
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`journal of another run\\. ${difference}`));
    assert.deepEqual(writesTo(where), []);
  }
  assert.equal(folder.read("run.ndjson"), before);
});

test("what is not a journal is refused and left as it is", async (t) => {
  const { tenant, users, folder } = await finishedRun(t);
  const content = "ada@example.com\ngrace@example.com";
  const list = folder.write("users.txt", content);
  const args = ["bulk", "revoke", ...users, "--out", list, "--yes", "--resume"];
  const { code, stderr } = await runCli(args, { tenant });
  assert.equal(code, 2);
  assert.match(stderr, /users\.txt" is not an intact journal/);
  assert.equal(folder.read("users.txt"), content);

  const absent = ["bulk", "revoke", ...users, "--out", folder.path("absent"), "--yes", "--resume"];
  assert.match(
    (await runCli(absent, { tenant })).stderr,
    /absent" cannot be opened: there is no such file or folder/,
  );
});

test("two runs cannot share a journal, until the first is gone", async (t) => {
  const { tenant, until } = await observedTenant(t, { seed: {} });
  const users = addUsers(tenant, 3);
  const folder = folderOf(t);
  const args = ["bulk", "revoke", ...users, "--out", folder.path("run.ndjson"), "--yes"];
  tenant.fault(({ method }) => method === "DELETE", { hang: "before" }, 100);
  const first = startCli(args, { tenant });
  await until(() => tenant.requests.some(({ url }) => url === "/oauth/token"));

  const second = await runCli([...args, "--resume"], { tenant });
  assert.equal(second.code, 2);
  assert.match(second.stderr, new RegExp(`in use by process ${first.child.pid} on`));

  first.child.kill("SIGKILL");
  await first.ended;
  tenant.clearFaults();
  assert.ok(folder.exists("run.ndjson.lock"));
  const third = await runCli([...args, "--resume"], { tenant });
  assert.equal(third.code, 0, third.stderr);
  assertAllSucceeded(folder.records("run.ndjson"), users);
  assert.ok(!folder.exists("run.ndjson.lock"));
});

test("of several runs that find the lock of a killed one, only one takes it over", async (t) => {
  const { tenant, until } = await observedTenant(t, { seed: {} });
  const users = addUsers(tenant, 20);
  const folder = folderOf(t);
  const list = folder.write("users.txt", users.join("\n"));
  const args = ["bulk", "block", "--file", list, "--out", folder.path("run.ndjson"), "--yes"];
  tenant.fault(({ method }) => method === "PATCH", { hang: "before" }, 100);
  const killed = startCli(args, { tenant });
  await until(() => tenant.requests.some(({ method }) => method === "PATCH"));
  killed.child.kill("SIGKILL");
  await killed.ended;
  tenant.clearFaults();

  const resumed = Array.from({ length: 5 }, () => runCli([...args, "--resume"], { tenant }));
  const codes = (await Promise.all(resumed)).map(({ code }) => code);
  assert.ok(codes.includes(0));
  assert.ok(
    codes.every((code) => code === 0 || code === 2),
    codes.join(),
  );
  const records = folder.records("run.ndjson");
  assertAllSucceeded(records, users);
  assert.equal(records.filter(({ type }) => type === "outcome").length, users.length);
});

test("a lock of another machine is respected", async (t) => {
  const { tenant, folder, args } = await finishedRun(t);
  const owner = { pid: 1, host: "another-machine", token: "t" };
  folder.write("run.ndjson.lock", JSON.stringify(owner));
  const { code, stderr } = await runCli([...args, "--resume"], { tenant });
  assert.equal(code, 2);
  assert.match(stderr, /in use by process 1 on another-machine\..*delete ".*run\.ndjson\.lock"/);
});

test("failed users are attempted again only with --retry-failed", async (t) => {
  const { tenant } = await observedTenant(t, { seed: {} });
  const users = addUsers(tenant, 3);
  const folder = folderOf(t);
  const args = ["bulk", "block", ...users, "--out", folder.path("run.ndjson"), "--yes"];
  tenant.fault(({ method, url }) => method === "PATCH" && url.includes("0001"), { status: 400 }, 9);
  assert.equal((await runCli(args, { tenant })).code, 1);
  tenant.clearFaults();

  const again = await runCli([...args, "--resume"], { tenant });
  assert.equal(again.code, 1, "the user has failed nevertheless");
  assert.equal(tenant.user(users[1]).blocked, undefined);
  const retried = await runCli([...args, "--resume", "--retry-failed"], { tenant });
  assert.equal(retried.code, 0, retried.stderr);
  assert.equal(tenant.user(users[1]).blocked, true);

  const report = await runCli(["report", folder.path("run.ndjson"), "--json"]);
  assert.deepEqual(
    recordsIn(report.stdout).map(({ status }) => status),
    Array(3).fill("success"),
  );
});

test("a ticket for a user who has one under another name is marked", async (t) => {
  const { tenant } = await observedTenant(t, { seed: {} });
  const [id] = addUsers(tenant, 1);
  const folder = folderOf(t);
  const files = ["--out", folder.path("run.ndjson"), "--tickets-to", folder.path("tickets.ndjson")];
  const args = (/** @type {string[]} */ ...users) => [
    "bulk",
    "ticket",
    ...users,
    ...files,
    "--yes",
  ];
  assert.equal((await runCli(args(id), { tenant })).code, 0);
  const { code } = await runCli([...args(id, "fleet0@example.com"), "--resume"], { tenant });
  assert.equal(code, 0);
  const outcomes = folder.records("run.ndjson").filter(({ type }) => type === "outcome");
  assert.deepEqual(
    outcomes.map(({ mayHaveBeenIssued }) => mayHaveBeenIssued),
    [undefined, true],
  );
});

test("a file of tickets that belongs to no run of the journal is not continued", async (t) => {
  const { tenant } = await observedTenant(t, { seed: {} });
  const users = addUsers(tenant, 2);
  const folder = folderOf(t);
  const args = ["bulk", "ticket", ...users, "--out", folder.path("run.ndjson"), "--yes"];
  assert.equal((await runCli([...args, "--tickets-to", folder.path("a")], { tenant })).code, 0);
  const foreign = folder.write("b", "precious");
  const { code, stderr } = await runCli([...args, "--tickets-to", foreign, "--resume"], { tenant });
  assert.equal(code, 2);
  assert.match(stderr, /exists, and is not overwritten/);
  assert.equal(folder.read("b"), "precious");
});

test("a folder that does not exist is named, for the journal and for tickets", async (t) => {
  const { tenant, users, folder } = await finishedRun(t);
  for (const [args, option] of /** @type {const} */ ([
    [["bulk", "revoke", "--out"], "--out"],
    [["bulk", "ticket", "--tickets-to"], "--tickets-to"],
  ])) {
    const path = folder.path("absent/file.ndjson");
    const { code, stderr } = await runCli([...args, path, ...users, "--yes"], { tenant });
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`^error: ${option}: the folder ".*absent" does not exist`));
    assert.deepEqual(writesTo(tenant), []);
  }
});

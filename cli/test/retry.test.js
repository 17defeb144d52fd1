// What a resumed run says about the run before it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { folderOf, runCli } from "../test-support/cli.js";
import { assertAllSucceeded, observedTenant } from "../test-support/runs.js";
import { addUsers, writesTo } from "../test-support/tenants.js";

/**
 * A run for three users, of whom the second failed.
 * @param {import("node:test").TestContext} t
 * @param {string[]} command
 * @param {"PATCH" | "POST"} method
 * @param {object} fault
 */
async function runWithFailure(t, command, method, fault) {
  const { tenant } = await observedTenant(t, { seed: {} });
  const users = addUsers(tenant, 3);
  const folder = folderOf(t);
  const list = folder.write("users.txt", users.join("\n"));
  const out = folder.path("run.ndjson");
  const args = [...command, "--file", list, "--out", out, "--yes", "--concurrency", "1"];
  if (command[1] === "ticket") args.push("--tickets-to", folder.path("tickets.ndjson"));
  let calls = 0;
  const isSecond = (/** @type {any} */ request) =>
    request.method === method && request.url !== "/oauth/token" && ++calls === 2;
  tenant.fault(isSecond, fault, 1);
  assert.equal((await runCli(args, { tenant })).code, 1);
  tenant.clearFaults();
  tenant.clearRequests();
  return { tenant, users, folder, args, out };
}

test("users who failed before are not counted as done, and the way to retry is named", async (t) => {
  const { tenant, args, out } = await runWithFailure(t, ["bulk", "block"], "PATCH", {
    status: 400,
  });
  const { code, stderr } = await runCli([...args, "--resume"], { tenant });
  assert.equal(code, 1);
  assert.match(stderr, /2 done before, 1 failed before/);
  assert.match(stderr, /1 user failed before: add --retry-failed .* report /);
  assert.ok(stderr.includes(`auth0-user-security report ${out}`));
});

test("a retried user whose first attempt created no ticket is not marked", async (t) => {
  const { tenant, users, args, folder } = await runWithFailure(t, ["bulk", "ticket"], "POST", {
    status: 400,
  });
  const { code, stderr } = await runCli([...args, "--resume", "--retry-failed"], { tenant });
  assert.equal(code, 0, stderr);
  assert.equal(writesTo(tenant).length, 1);
  const records = folder.records("run.ndjson");
  assert.equal(
    new Set(records.filter(({ type }) => type === "outcome").map(({ user }) => user.id)).size,
    users.length,
  );
  assert.doesNotMatch(folder.read("run.ndjson"), /mayHaveBeenIssued/);
});

test("a list that has changed since the run was begun causes a warning", async (t) => {
  const { tenant } = await observedTenant(t, { seed: {} });
  const users = addUsers(tenant, 4);
  const folder = folderOf(t);
  const args = ["bulk", "block", "--out", folder.path("run.ndjson"), "--yes", "--file"];
  const first = folder.write("first.txt", users.slice(0, 2).join("\n"));
  assert.equal((await runCli([...args, first], { tenant })).code, 0);
  const copy = folder.write("copy.csv", `id\n${users.slice(0, 2).join("\n")}`);
  const same = await runCli([...args, copy, "--resume"], { tenant });
  assert.doesNotMatch(same.stderr, /the list has changed/);

  const second = folder.write("second.txt", users.slice(2).join("\n"));
  const other = await runCli([...args, second, "--resume"], { tenant });
  assert.equal(other.code, 0, other.stderr);
  assert.match(other.stderr, /^warning: the list has changed since the run was begun/m);
  assertAllSucceeded(folder.records("run.ndjson"), users);
});

test("wrong credentials are found before the first user, who has no outcome then", async (t) => {
  const { tenant } = await observedTenant(t, { seed: {} });
  const users = addUsers(tenant, 2);
  const { domain, clientId } = tenant;
  const wrong = { domain, clientId, clientSecret: "a-wrong-secret-that-is-long" };
  const folder = folderOf(t);
  const args = ["bulk", "block", ...users, "--out", folder.path("run.ndjson"), "--yes"];
  const { code, stdout, stderr } = await runCli(args, { tenant: wrong });
  assert.equal(code, 3);
  assert.equal(stdout, "");
  assert.match(stderr, /refused by Auth0.* Nothing was changed\./);
  assert.doesNotMatch(stderr, /a-wrong-secret/);
  assert.ok(!folder.exists("run.ndjson"));
});

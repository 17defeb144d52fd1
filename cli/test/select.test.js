// Users whom a selector finds, to list them or to run a command for them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { folderOf, recordsIn, runCli } from "../test-support/cli.js";
import { sharedTenant, writesTo } from "../test-support/tenants.js";

const tenant = await sharedTenant();
const { ada, grace } = PEOPLE;
const ADDRESS = "203.0.113.77";
const at = (/** @type {number} */ minutes) => new Date(Date.now() - minutes * 60_000).toISOString();

/** @param {string[]} args */
async function select(...args) {
  const { code, stdout, stderr } = await runCli(["select", "--json", ...args], { tenant });
  return { code, stderr, ids: recordsIn(stdout).map(({ id }) => id) };
}

test("the members of an organization are listed, and the list is complete", async () => {
  const { id } = tenant.addOrganization({ name: "acme", members: [ada, grace] });
  const { code, stderr, ids } = await select("--org", id);
  assert.equal(code, 0, stderr);
  assert.deepEqual(ids.sort(), [ada, grace].sort());
});

test("a search says that it may lack users, and exits accordingly", async () => {
  const found = await select("--query", 'email:"ada@example.com"');
  assert.deepEqual(found.ids, [ada]);
  assert.equal(found.code, 4);
  assert.match(found.stderr, /eventually consistent/);
  assert.match(found.stderr, /The selection may lack users/);
  const accepted = await select("--query", 'email:"ada@example.com"', "--allow-incomplete");
  assert.equal(accepted.code, 0);
  assert.match(accepted.stderr, /Select once more later to find who is missing\.$/m);
});

test("the users of a connection are selected, or all", async () => {
  const connection = 'odd "name" (1)';
  tenant.addConnection({ name: connection, strategy: "auth0" });
  tenant.addUser({ user_id: "auth0|odd", connection });
  assert.deepEqual((await select("--connection", connection)).ids, ["auth0|odd"]);
  assert.deepEqual((await select("--connection", "github")).ids, [PEOPLE.linus]);
  const ids = tenant.users().map(({ user_id }) => user_id);
  const everybody = await select("--all");
  assert.deepEqual([everybody.code, everybody.ids.sort()], [0, ids.sort()], everybody.stderr);
});

test("users are selected from the log, and their sessions end", async (t) => {
  // The log reaches back further than the selection.
  tenant.addLog({ type: "s", user_id: grace, ip: "198.51.100.1", date: at(90) });
  tenant.addLog({ type: "s", user_id: ada, ip: ADDRESS, date: at(10) });
  tenant.addLog({ type: "s", user_id: grace, ip: "198.51.100.1", date: at(10) });
  const selector = ["--log-ip", ADDRESS, "--log-type", "s", "--since", at(60), "--until", at(5)];
  const { code, ids } = await select(...selector);
  assert.equal(code, 0);
  assert.deepEqual(ids, [ada]);

  const folder = folderOf(t);
  const args = ["bulk", "revoke", ...selector, "--out", folder.path("run.ndjson"), "--yes"];
  const run = await runCli(args, { tenant });
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual(tenant.sessions(ada), []);
  assert.notDeepEqual(tenant.sessions(grace), []);

  tenant.clearRequests();
  const resumed = await runCli([...args, "--resume"], { tenant });
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.deepEqual(writesTo(tenant), []);
});

test("--until is when the run was started, also when it is resumed", async (t) => {
  tenant.addLog({ type: "s", user_id: ada, ip: ADDRESS, date: at(10) });
  const folder = folderOf(t);
  const selector = ["--log-ip", ADDRESS, "--since", at(60), "--allow-incomplete"];
  const args = ["audit", ...selector, "--out", folder.path("run.ndjson")];
  assert.equal((await runCli(args, { tenant })).code, 0);
  const [{ started }] = folder.records("run.ndjson");

  tenant.addLog({ type: "s", user_id: grace, ip: ADDRESS, date: new Date().toISOString() });
  assert.equal((await runCli([...args, "--resume"], { tenant })).code, 0);
  const users = folder.records("run.ndjson").filter(({ type }) => type === "outcome");
  assert.deepEqual(
    users.map(({ userId }) => userId),
    [ada],
  );
  const searches = tenant.requests.filter(({ template }) => template === "/api/v2/logs");
  const ofAddress = searches
    .map(({ url }) => decodeURIComponent(url))
    .filter((url) => url.includes(ADDRESS));
  assert.ok(ofAddress.length > 1);
  for (const url of ofAddress) assert.ok(url.includes(started.slice(0, 19)), url);
});

test("a selector that finds nobody says so", async () => {
  const { ids, stderr } = await select("--query", 'email:"nobody-at-all@example.com"');
  assert.deepEqual(ids, []);
  assert.match(stderr, /^No user matches the selection\.$/m);
  assert.doesNotMatch(stderr, /warning: auth0-user-security/);
});

test("a selection without users is an error, and leaves no journal", async (t) => {
  const folder = folderOf(t);
  const args = ["--query", "email:nobody-at-all@example.com", "--out", folder.path("run.ndjson")];
  const { code, stderr } = await runCli(["bulk", "revoke", ...args, "--yes"], { tenant });
  assert.equal(code, 2);
  assert.match(stderr, /No user matches the selection\. Nothing was done\./);
  assert.ok(!folder.exists("run.ndjson"));
});

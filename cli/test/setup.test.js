// Credentials, questions, exit codes and the embedded tenant.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { folderOf, runCli } from "../test-support/cli.js";
import { sharedTenant, writesTo } from "../test-support/tenants.js";

const tenant = await sharedTenant();
const { ada } = PEOPLE;

test("doctor succeeds if everything is configured, and says what is missing", async () => {
  const well = await runCli(["doctor"], { tenant });
  assert.equal(well.code, 0, well.stderr);
  assert.match(well.stdout, /✓ token/);
  assert.match(well.stdout, /✓ scopes: \d+ methods have all the scopes they need\./);
  assert.doesNotMatch(well.stdout, /scopes:findUserSessions/);

  tenant.setScopes(["read:users"]);
  const ill = await runCli(["doctor", "--json"], { tenant });
  assert.equal(ill.code, 3);
  assert.equal(JSON.parse(ill.stdout).ok, false);
});

test("missing credentials are named, with ways to set them", async () => {
  const { code, stderr } = await runCli(["sessions", "list", ada]);
  assert.equal(code, 3);
  assert.match(
    stderr,
    /AUTH0_DOMAIN, AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET missing in the environment/,
  );
  assert.match(stderr, /--env,/);
});

test("rejected credentials exit with the code for configuration, and are not printed", async () => {
  const wrong = { ...credentials(), clientSecret: "a-wrong-secret-that-is-long" };
  const { code, stderr } = await runCli(["sessions", "list", ada], { tenant: wrong });
  assert.equal(code, 3);
  assert.match(stderr, /ERR_CONFIGURATION/);
  assert.doesNotMatch(stderr, /a-wrong-secret/);
});

test("an env file is used alone, not mixed with the environment", async (t) => {
  const { domain, clientId, clientSecret } = tenant;
  const folder = folderOf(t);
  const file = folder.write(
    "staging.env",
    `AUTH0_DOMAIN=${domain}\nAUTH0_CLIENT_ID=${clientId}\nAUTH0_CLIENT_SECRET="${clientSecret}"\n`,
  );
  const other = { domain: "other.eu.auth0.com", clientId: "other", clientSecret: "other" };
  const args = ["methods", "list", ada, "--json", "--env"];
  const { code, stderr } = await runCli([...args, file], { tenant: other });
  assert.equal(code, 0, stderr);

  const half = folder.write("half.env", `AUTH0_DOMAIN=${domain}\n`);
  const refused = await runCli([...args, half], { tenant });
  assert.equal(refused.code, 3);
  assert.match(refused.stderr, /AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET missing in ".*half\.env"/);

  const absent = await runCli([...args, folder.path("absent.env")], { tenant });
  assert.equal(absent.code, 2, absent.stderr);
  assert.match(absent.stderr, /absent\.env/);
});

for (const args of [
  ["sessions", "revoke-all", ada],
  ["block", ada],
  ["bulk", "revoke", ada],
  ["bulk", "block", "--file", "-"],
  ["emergency", ada, "--redirect-url", "https://app.example.com", "--no-ticket"],
]) {
  test(`without a terminal and without --yes nothing is changed: ${args.slice(0, 2).join(" ")}`, async () => {
    const { code, stderr } = await runCli(args, { tenant, input: `${ada}\n` });
    assert.equal(code, 2);
    assert.match(stderr, /Nobody can be asked here: add --yes\. Nothing was changed\./);
    assert.deepEqual(writesTo(tenant), []);
  });
}

for (const [what, args] of Object.entries({
  "an unknown command": ["sessions", "erase"],
  "an unknown option": ["doctor", "--fast"],
  "no user": ["sessions", "list"],
  "a number out of range": ["bulk", "revoke", ada, "--concurrency", "1001"],
  "JSON and CSV": ["sessions", "list", ada, "--json", "--csv"],
  "no users": ["bulk", "revoke", "--yes"],
  "users from two places": ["bulk", "revoke", ada, "--all", "--yes"],
  "selectors of two kinds": ["select", "--all", "--org", "org_1"],
  "a log selector without its time": ["select", "--log-ip", "203.0.113.7"],
  "an address that is none": ["select", "--log-ip", "banana", "--since", "2026-01-31T08:00:00Z"],
  "a time that is to come": ["select", "--log-ip", "203.0.113.7", "--since", "2999-01-31"],
  "a time without a zone": ["select", "--log-ip", "203.0.113.7", "--since", "2026-01-31T08:00"],
  "--resume without a journal": ["bulk", "revoke", ada, "--resume", "--yes"],
  "a risk level that does not exist": [
    ...["emergency", ada, "--yes", "--no-ticket", "--redirect-url", "https://app.example.com"],
    ...["--min-risk-level", "extreme"],
  ],
})) {
  test(`${what} is a mistake in the command`, async () => {
    const { code, stdout, stderr } = await runCli(args, { tenant });
    assert.equal(code, 2, stderr);
    assert.equal(stdout, "");
    assert.match(stderr, /^error: .+/);
    assert.deepEqual(tenant.requests, []);
  });
}

test("the embedded tenant needs no credentials, and takes only .json for its seed", async (t) => {
  const standard = await runCli(["methods", "list", "--emulator", "ada@example.com", "--json"]);
  assert.equal(standard.code, 0, standard.stderr);

  const users = [{ user_id: "auth0|seeded", email: "seeded@example.com" }];
  const seed = folderOf(t).write("seed.json", JSON.stringify({ users }));
  const seeded = await runCli(["methods", "list", "--emulator", seed, "seeded@example.com"]);
  assert.equal(seeded.code, 0, seeded.stderr);
});

function credentials() {
  const { domain, clientId, clientSecret } = tenant;
  return { domain, clientId, clientSecret };
}

// The emergency command: who is acted on, and where the tickets go.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { assertPrivate, folderOf, recordsIn, runCli } from "../test-support/cli.js";
import { sharedTenant, writesTo } from "../test-support/tenants.js";

const tenant = await sharedTenant();
const { ada } = PEOPLE;
const REDIRECT = ["--redirect-url", "https://app.example.com/"];

test("users at risk lose their sessions and get a ticket, which is only in its file", async (t) => {
  const folder = folderOf(t);
  const files = ["--out", folder.path("run.ndjson"), "--tickets-to", folder.path("tickets.ndjson")];
  const args = ["emergency", ada, ...REDIRECT, "--min-risk-level", "low", "--yes", "--json"];
  const { code, stdout, stderr } = await runCli([...args, ...files], { tenant });
  assert.equal(code, 0, stderr);
  const [{ action }] = recordsIn(stdout);
  assert.equal(action, "sessions_revoked_password_reset_sent");
  assert.deepEqual(tenant.sessions(ada), []);

  const [ticket, ...others] = folder.records("tickets.ndjson");
  assert.deepEqual(others, []);
  assert.equal(ticket.userId, ada);
  const secret = new URL(ticket.passwordResetUrl).searchParams.get("ticket") ?? "";
  assert.ok(secret.length > 10);
  for (const text of [stdout, stderr, folder.read("run.ndjson")]) assert.ok(!text.includes(secret));
  assertPrivate(folder.path("tickets.ndjson"));
  assert.match(stderr, /^1 ticket written to .*tickets\.ndjson$/m);
});

test("users below the level are left alone, and no ticket is announced", async (t) => {
  const file = folderOf(t).path("tickets.ndjson");
  const args = ["emergency", ada, ...REDIRECT, "--tickets-to", file, "--yes", "--json"];
  const { code, stdout, stderr } = await runCli(args, { tenant });
  assert.equal(code, 0);
  assert.doesNotMatch(stderr, /ticket/);
  assert.equal(recordsIn(stdout)[0].action, "no_action_required");
  assert.deepEqual(writesTo(tenant), []);
});

test("a lock blocks users and creates no tickets, unless they are wanted", async (t) => {
  const args = ["emergency", ada, "--lock", "--min-risk-level", "low", "--yes", "--json"];
  const locked = await runCli(args, { tenant });
  assert.equal(locked.code, 0, locked.stderr);
  assert.equal(recordsIn(locked.stdout)[0].action, "user_blocked_sessions_revoked");
  assert.equal(tenant.user(ada).blocked, true);

  const refused = await runCli([...args, "--ticket", ...REDIRECT], { tenant });
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /--tickets-to/);
  const folder = folderOf(t);
  const tickets = ["--ticket", ...REDIRECT, "--tickets-to", folder.path("tickets.ndjson")];
  assert.equal((await runCli([...args, ...tickets], { tenant })).code, 0);
  assert.equal(folder.records("tickets.ndjson").length, 1);
});

test("tickets need to know where users go, and a file", async () => {
  const args = ["emergency", ada, "--yes"];
  assert.match((await runCli(args, { tenant })).stderr, /--redirect-url is missing/);
  assert.match((await runCli([...args, ...REDIRECT], { tenant })).stderr, /--tickets-to/);
  assert.deepEqual(tenant.requests, []);
});

test("a dry run says what would be done, needs no file and changes nothing", async () => {
  const args = ["emergency", ada, ...REDIRECT, "--min-risk-level", "low", "--dry-run", "--json"];
  const { code, stdout, stderr } = await runCli(args, { tenant });
  assert.equal(code, 0, stderr);
  assert.equal(recordsIn(stdout)[0].action, "sessions_revoked_password_reset_sent");
  assert.deepEqual(writesTo(tenant), []);
});

test("a dry run reads as a plan, in its table and its summary", async () => {
  const args = ["emergency", ada, ...REDIRECT, "--min-risk-level", "low", "--dry-run"];
  const { code, stdout, stderr } = await runCli(args, { tenant });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Planned: sessions revoked, reset link created/);
  assert.doesNotMatch(stdout, /_sent/);
  assert.match(stderr, /^Dry run: nothing was changed\.\n1 user: 1 would succeed, 0 failed/);
});

test("a table says what was done before a failure, and why it failed", async (t) => {
  tenant.fault(({ url }) => url.includes("/tickets/"), { status: 400 }, 9);
  const tickets = ["--tickets-to", folderOf(t).path("tickets.ndjson")];
  const args = ["emergency", ada, ...REDIRECT, "--min-risk-level", "low", "--yes", ...tickets];
  const { code, stdout } = await runCli(args, { tenant });
  assert.equal(code, 1);
  assert.match(stdout, /Failed after: sessions revoked/);
  assert.match(stdout, /^ERR_\w+: .+$/m);
  assert.deepEqual(tenant.sessions(ada), []);
});

test("a file for tickets is refused if none are created", async (t) => {
  const tickets = ["--tickets-to", folderOf(t).path("tickets.ndjson")];
  for (const how of ["--no-ticket", "--lock"]) {
    const { code, stderr } = await runCli(["emergency", ada, how, "--yes", ...tickets], { tenant });
    assert.equal(code, 2);
    assert.match(stderr, /--tickets-to: this run creates no tickets/);
  }
  assert.deepEqual(tenant.requests, []);
});

// Commands about one user.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { assertPrivate, folderOf, runCli } from "../test-support/cli.js";
import { sharedTenant, writesTo } from "../test-support/tenants.js";

const tenant = await sharedTenant();
const { ada, dorothy, linked } = PEOPLE;
/** @param {string[]} args */
const run = (...args) => runCli(args, { tenant });

/** @param {string[]} args */
async function json(...args) {
  const { code, stdout, stderr } = await run(...args, "--json");
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

test("the sessions of a user are a table, JSON or CSV", async () => {
  const { code, stdout } = await run("sessions", "list", "ada@example.com");
  assert.equal(code, 0);
  assert.match(stdout, /Session +│ Current │ Device/);
  assert.match(stdout, /375UIp_ID5mCTClIeBEHpXfGwq51tF_L │ no +│ Desktop │ Chrome 120/);

  const sessions = await json("sessions", "list", ada, "--current", SESSIONS.adaWindows);
  assert.equal(sessions.length, 5);
  assert.equal(sessions[0].current, true);

  const csv = await run("sessions", "list", ada, "--csv");
  assert.match(
    csv.stdout,
    /^id,current,device,.*\n375UIp_ID5mCTClIeBEHpXfGwq51tF_L,false,Desktop,/,
  );
});

test("one session ends, and the others stay", async () => {
  await json("sessions", "revoke", ada, SESSIONS.adaIphone, "--yes", "--wait");
  assert.equal(tenant.session(SESSIONS.adaIphone), undefined);
  assert.ok(tenant.session(SESSIONS.adaWindows));
});

test("all other sessions end, unless the one to keep is not the user's", async () => {
  const refused = await run("sessions", "revoke-others", ada, SESSIONS.graceTablet, "--yes");
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /ERR_SESSION_NOT_FOUND/);
  assert.deepEqual(writesTo(tenant), []);

  const { revoked } = await json("sessions", "revoke-others", ada, SESSIONS.adaWindows, "--yes");
  assert.equal(revoked, 4);
});

test("all sessions end, or the oldest of too many", async () => {
  assert.equal((await json("sessions", "limit", ada, "--max", "2", "--yes")).max, 2);
  assert.equal(tenant.sessions(ada).length, 2);
  await json("sessions", "revoke-all", "ada@example.com", "--yes");
  assert.equal(tenant.sessions(ada).length, 0);
});

test("a connected account is listed and disconnected", async () => {
  const methods = await json("methods", "list", linked);
  const { provider, id } = methods.find((/** @type {any} */ one) => !one.isPrimary);
  const left = await json("methods", "disconnect", linked, provider, id, "--yes");
  assert.equal(left.length, methods.length - 1);
});

test("factors are listed and removed, the last one only if that is allowed", async () => {
  const factors = await json("factors", "list", dorothy);
  const passkey = factors.find((/** @type {any} */ { type }) => type === "passkey");
  const left = await json("factors", "remove", dorothy, passkey.id, "--yes");
  assert.equal(left.length, factors.length - 1);

  const refused = await run("factors", "remove", dorothy, "--every", "--yes");
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /ERR_ACCOUNT_PROTECTION/);
  await json("factors", "remove", dorothy, "--every", "--allow-last", "--yes");
  assert.deepEqual(tenant.authenticationMethods(dorothy), []);
});

test("an application loses its refresh tokens", async () => {
  const [{ clientId, refreshTokens }] = await json("apps", "list", ada);
  const { revoked } = await json("apps", "revoke", ada, clientId, "--yes");
  assert.equal(revoked, refreshTokens);
  assert.deepEqual(tenant.refreshTokens(ada), []);
});

test("a user is blocked and unblocked", async () => {
  const { blocked } = await json("block", ada, "--yes", "--actor", "incident-42");
  assert.equal(blocked, true);
  assert.equal(tenant.user(ada).blocked, true);
  await json("unblock", ada, "--yes", "--wrong-passwords");
  assert.equal(tenant.user(ada).blocked, false);
});

test("a ticket is only in the file, which only its owner may read", async (t) => {
  const folder = folderOf(t);
  const file = folder.path("ticket.ndjson");
  const made = await run("ticket", "ada@example.com", "--yes", "--json", "--tickets-to", file);
  assert.equal(made.code, 0, made.stderr);
  const [{ email, passwordResetUrl }] = folder.records("ticket.ndjson");
  assert.equal(email, "ada@example.com");
  assert.match(passwordResetUrl, /ticket=/);
  assert.doesNotMatch(made.stdout + made.stderr, /ticket=/);
  assertPrivate(file);

  const again = await run("ticket", ada, "--yes", "--tickets-to", file);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /exists, and is not overwritten/);
  assert.equal(folder.records("ticket.ndjson").length, 1);
});

test("a ticket needs a file, and one that failed leaves none", async (t) => {
  const refused = await run("ticket", ada, "--yes");
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /--tickets-to/);
  assert.deepEqual(tenant.requests, []);

  const folder = folderOf(t);
  const failed = await run("ticket", PEOPLE.linus, "--yes", "--tickets-to", folder.path("t"));
  assert.equal(failed.code, 1);
  assert.throws(() => folder.read("t"), { code: "ENOENT" });
});

test("an email that several accounts share needs the connection", async () => {
  const refused = await run("methods", "list", "shared@example.com");
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /accounts share this email: auth0\|.*ERR_AMBIGUOUS_USER/);
  assert.match(refused.stderr, /--connection/);
  const [method] = await json(
    "methods",
    "list",
    "shared@example.com",
    "--connection",
    "google-oauth2",
  );
  assert.equal(method.provider, "google-oauth2");
});

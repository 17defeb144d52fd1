// What a terminal, a spreadsheet and another program get to see.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "csv-parse/sync";
import { recordsIn, runCli } from "../test-support/cli.js";
import { sharedTenant } from "../test-support/tenants.js";

const tenant = await sharedTenant();
const ID = "auth0|hostile";

/**
 * What the sign-in methods of a user with this name look like.
 * @param {string} name
 * @param {string[]} options
 */
async function methodsOf(name, ...options) {
  tenant.removeUser(ID);
  tenant.addUser({ user_id: ID, username: name });
  const { code, stdout, stderr } = await runCli(["methods", "list", ID, ...options], { tenant });
  assert.equal(code, 0, stderr);
  return stdout;
}

for (const start of ["=", "+", "-", "@", "\t", "\r", " =", "＝"]) {
  test(`a cell that begins with ${JSON.stringify(start)} is no formula in CSV`, async () => {
    const name = `${start}cmd|'/c calc'!A1`;
    const [{ username }] = parse(await methodsOf(name, "--csv"), { columns: true });
    assert.match(username, /^'/);
    assert.ok(username.endsWith("cmd|'/c calc'!A1"));
  });
}

for (const [what, name] of Object.entries({
  "an escape sequence": "\u001b]0;owned\u0007\u001b[2JAda",
  "a control sequence in one character": "\u009b2JAda",
  "a line break": "Ada\r\n\u2028root",
  "a bidirectional override": "\u202eadA",
})) {
  test(`${what} in a name reaches no terminal`, async () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be printed
    const harmful = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/u;
    for (const options of [[], ["--csv"], ["--json"]]) {
      assert.doesNotMatch(await methodsOf(name, ...options), harmful);
    }
    const [{ username }] = JSON.parse(await methodsOf(name, "--json"));
    assert.equal(username, name);
  });
}

test("a hostile name in an argument is harmless in the message about it", async () => {
  const { code, stderr } = await runCli(["methods", "list", "\u001b[2Ja@example.com"], { tenant });
  assert.equal(code, 2);
  assert.ok(!stderr.includes("\u001b"));
  const unknown = await runCli(["\u001b[2Jboo"], { tenant });
  assert.ok(!unknown.stderr.includes("\u001b"));
});

test("results of many users are JSON lines, CSV or a table with the failures first", async () => {
  const users = ["ada@example.com", "nobody@example.com"];
  const run = (/** @type {string[]} */ ...options) =>
    runCli(["bulk", "revoke", ...users, "--yes", ...options], { tenant });

  const json = recordsIn((await run("--json")).stdout);
  assert.deepEqual(json.map(({ status }) => status).sort(), ["error", "success"]);
  const csv = parse((await run("--csv")).stdout, { columns: true });
  assert.equal(csv.find(({ status }) => status === "error").code, "ERR_USER_NOT_FOUND");
  const { code, stdout, stderr } = await run();
  assert.ok(stdout.indexOf("nobody@example.com") < stdout.indexOf("ada@example.com"));
  assert.match(stderr, /2 users: 1 succeeded, 1 failed/);
  assert.equal(code, 1);
});

test("an audit says how much attention each user needs", async () => {
  const { code, stdout, stderr } = await runCli(["audit", "ada@example.com", "--csv"], { tenant });
  assert.equal(code, 0);
  assert.match(stderr, /^Risk: 1 medium$/m);
  const [row] = parse(stdout, { columns: true });
  assert.equal(row.riskLevel, "medium");
  assert.equal(row.sessionsCount, "5");
  assert.match(row.devices, /Chrome 120\.0\.0 on Windows 10/);
});

test("blocked users who still have sessions are pointed out", async () => {
  const { code, stderr } = await runCli(["bulk", "block", "ada@example.com", "--yes"], { tenant });
  assert.equal(code, 0);
  assert.match(stderr, /^1 blocked user has live sessions: end them with bulk revoke\.$/m);
});

// Where the users of a run come from.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { folderOf, recordsIn, runCli } from "../test-support/cli.js";
import { sharedTenant } from "../test-support/tenants.js";

const tenant = await sharedTenant();
const { ada, grace } = PEOPLE;

/**
 * Which users a dry run has considered.
 * @param {string[]} args
 * @param {string} [input]
 */
async function considered(args, input) {
  const command = ["bulk", "revoke", "--dry-run", "--json", ...args];
  const { code, stdout, stderr } = await runCli(command, { tenant, input });
  const users = recordsIn(stdout).map(({ userId }) => userId);
  return { code, stderr, users: users.sort() };
}

const BOTH = [ada, grace].sort();

test("users are named as ids and emails", async () => {
  const { code, users } = await considered([ada, "grace@example.com"]);
  assert.equal(code, 0);
  assert.deepEqual(users, BOTH);
});

for (const [name, content] of Object.entries({
  "users.txt": `\ufeff# the team\n\n${ada}\r\n  grace@example.com  # on leave\n`,
  "users.csv": `Name,Email,user_id\n"Lovelace, Ada",ada@example.com,${ada}\n"Grace",grace@example.com,\n`,
  "semicolons.csv": `\ufeffemail;name\r\nada@example.com;Ada\r\ngrace@example.com;Grace\r\n`,
  "users.ndjson": `{"user_id":"${ada}","email":"ada@example.com"}\n"${grace}"`,
  "results.csv": `user,userId,status\nada@example.com,${ada},error\ngrace@example.com,${grace},success\n`,
  "results.ndjson": `{"user":{"email":"ada@example.com"},"status":"error"}\n{"user":{"id":"${grace}"},"userId":"${grace}"}\n`,
  "export.json": `{"id":"${ada}"}\n{"email":"grace@example.com","connection":"google-oauth2"}\n`,
})) {
  test(`a list is read from ${name}`, async (t) => {
    const { code, stderr, users } = await considered(["--file", folderOf(t).write(name, content)]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(users, BOTH);
  });
}

test("a list is read from standard input, in any format", async () => {
  const text = await considered(["-"], `${ada}\ngrace@example.com\n`);
  assert.deepEqual(text.users, BOTH);
  const ndjson = await considered(["-", "--format", "ndjson"], `{"sub":"${ada}"}\n`);
  assert.deepEqual(ndjson.users, [ada]);
});

for (const [name, { content, problems }] of Object.entries({
  "users.txt": {
    content: `${ada}\nbad\u001b[31muser\n${"x".repeat(1025)}\n${grace} # left in May\nnot a user\nnobody\nauth0|\n@example.com\n`,
    problems: [
      /users\.txt:2: skipped: "user" contains control/,
      /users\.txt:3: .*longer than 1024/,
      /users\.txt:5: skipped: it has several words/,
      /users\.txt:6: skipped: it is neither an id, such as .*, nor an email/,
      /users\.txt:7: skipped: it is neither an id/,
      /users\.txt:8: skipped: it is neither an id/,
    ],
  },
  "users.csv": {
    content: `id,email\n${ada},\n,\n${grace},\n`,
    problems: [/users\.csv:3: skipped: there is neither an id nor an email/],
  },
  "users.ndjson": {
    content: `{"id":"${ada}"}\n{"id":\n[1]\n{"id":"a|1","sub":"a|2"}\n{"email":5}\n{"id":"nobody"}\n{"id":"${grace}"}\n`,
    problems: [
      /users\.ndjson:2: skipped: it is not JSON/,
      /users\.ndjson:3: skipped: it is not a JSON object/,
      /users\.ndjson:4: skipped: there are different ids: a\|1 and a\|2/,
      /users\.ndjson:5: skipped: "email" is not a string/,
      /users\.ndjson:6: skipped: the id has no provider/,
    ],
  },
})) {
  test(`malformed lines of ${name} are reported by number, and the others are done`, async (t) => {
    const { code, stderr, users } = await considered(["--file", folderOf(t).write(name, content)]);
    assert.equal(code, 1);
    assert.deepEqual(users, BOTH);
    for (const problem of problems) assert.match(stderr, problem);
    assert.equal(stderr.match(/: skipped: /g)?.length, problems.length);
    assert.ok(!stderr.includes("\u001b"));
  });
}

for (const [what, name, content, message] of /** @type {const} */ ([
  ["an empty file", "none.txt", "# nobody\n\n", /none\.txt" has no users: the list is empty/],
  ["a header alone", "none.csv", "email\n", /none\.csv" has no users/],
  [
    "a CSV file without a header",
    "a.csv",
    "ada@example.com\n",
    /names no column id, user_id or email/,
  ],
  [
    "UTF-16",
    "a.txt",
    Buffer.from("\ufeffada@example.com\n", "utf16le"),
    /it is UTF-16: save it as UTF-8/,
  ],
])) {
  test(`${what} is an error, and nothing is done`, async (t) => {
    const { code, stderr } = await considered(["--file", folderOf(t).write(name, content)]);
    assert.equal(code, 2);
    assert.match(stderr, message);
    assert.deepEqual(tenant.requests, []);
  });
}

test("a quote that is never closed hides nobody silently", async (t) => {
  const content = `id,name\n${ada},"Ada" "the first"\n${grace},"Grace\n${"auth0|hidden,x\n".repeat(9000)}`;
  const { code, stderr } = await considered(["--file", folderOf(t).write("users.csv", content)]);
  assert.equal(code, 2);
  assert.match(stderr, /users\.csv" cannot be read: a quote after line 2 is never closed/);
  assert.deepEqual(tenant.requests, []);
});

test("empty standard input and a missing file are errors", async (t) => {
  const empty = await considered(["-"], "\n");
  assert.equal(empty.code, 2);
  assert.match(empty.stderr, /There are no users on standard input\. Nothing was done\./);
  const missing = await considered(["--file", folderOf(t).path("absent.csv")]);
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /absent\.csv" cannot be read: there is no such file or folder/);
});

test("a list from a pipe is read once", {
  skip: process.platform === "win32" && "named pipes are of POSIX",
}, async (t) => {
  const folder = folderOf(t);
  const pipe = folder.path("pipe");
  execFileSync("mkfifo", [pipe]);
  const found = considered(["--file", pipe]);
  await writeFile(pipe, `${ada}\ngrace@example.com\n`);
  const { code, stderr, users } = await found;
  assert.equal(code, 0, stderr);
  assert.deepEqual(users, BOTH);
});

test("a user who is listed twice is processed once", async () => {
  const { code, users } = await considered([ada, "ada@example.com", ada]);
  assert.equal(code, 0);
  assert.equal(users.length, 3);
  assert.equal(tenant.requests.filter(({ url }) => url.includes("/sessions")).length, 1);
});

test("an id of an enterprise connection may have spaces", async () => {
  const id = "samlp|corp|Ada Lovelace";
  tenant.addConnection({ name: "corp", strategy: "samlp" });
  tenant.addUser({ user_id: id });
  const { code, users } = await considered(["-"], `${id}\n`);
  assert.equal(code, 0);
  assert.deepEqual(users, [id]);
});

test("a journal is not a list", async (t) => {
  const folder = folderOf(t);
  const out = folder.path("run.ndjson");
  assert.equal((await runCli(["audit", ada, "--out", out], { tenant })).code, 0);
  tenant.clearRequests();
  const { code, stderr } = await considered(["--file", out]);
  assert.equal(code, 2);
  assert.match(stderr, /this is the journal of a run, not a list: .* report JOURNAL --csv/);
  assert.deepEqual(tenant.requests, []);
});

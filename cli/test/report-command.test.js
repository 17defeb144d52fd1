// What a journal says about its users.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { parse } from "csv-parse/sync";
import { BIN, environmentOf, folderOf, recordsIn, runCli } from "../test-support/cli.js";
import { sharedTenant } from "../test-support/tenants.js";

const tenant = await sharedTenant();

/**
 * A journal of an audit, and one user more who was begun.
 * @param {import("node:test").TestContext} t
 */
async function audited(t) {
  const folder = folderOf(t);
  const journal = folder.path("audit.ndjson");
  const users = ["ada@example.com", "grace@example.com", "nobody@example.com", "ada@example.com"];
  const { code } = await runCli(["audit", ...users, "--out", journal], { tenant });
  assert.equal(code, 1);
  const begun = JSON.stringify({ type: "intent", user: { id: "auth0|begun" } });
  folder.write("audit.ndjson", `${folder.read("audit.ndjson")}${begun}\n{"type":"outc`);
  return { folder, journal };
}

test("a report lists each user once, and those who were begun", async (t) => {
  const { journal } = await audited(t);
  const json = await runCli(["report", journal, "--json"]);
  assert.equal(json.code, 0, json.stderr);
  const rows = recordsIn(json.stdout);
  assert.equal(rows.length, 4);
  assert.equal(rows.find(({ userEmail }) => userEmail === "ada@example.com").riskLevel, "medium");
  assert.deepEqual(rows.at(-1), { user: { id: "auth0|begun" }, status: "unknown" });
  assert.match(json.stderr, /4 users, 1 duplicate, 1 failed, 1 begun without an outcome/);

  const csv = parse((await runCli(["report", journal, "--csv"])).stdout, { columns: true });
  assert.equal(csv.length, 4);
  const table = await runCli(["report", journal]);
  assert.match(table.stdout, /nobody@example\.com .*ERR_USER_NOT_FOUND/);
});

test("a reader who wants only the beginning is no failure", async (t) => {
  const folder = folderOf(t);
  const header = {
    type: "journal",
    version: 1,
    run: "r",
    command: "audit",
    options: {},
    tenant: "t",
    started: "",
  };
  const outcomes = Array.from({ length: 20_000 }, (_, index) => ({
    ...{ type: "outcome", user: { id: `auth0|${index}` }, userId: `auth0|${index}` },
    riskLevel: "low",
  }));
  const lines = [header, ...outcomes].map((record) => JSON.stringify(record));
  const journal = folder.write("run.ndjson", `${lines.join("\n")}\n`);
  const child = spawn(process.execPath, [BIN, "report", journal, "--csv"], {
    env: environmentOf(),
  });
  const stderr = text(child.stderr);
  await once(child.stdout, "data");
  child.stdout.destroy();
  const [code] = await once(child, "exit");
  assert.equal(code, 0, await stderr);
  assert.doesNotMatch(await stderr, /cannot be written/);
});

test("a report can be a page", async (t) => {
  const { folder, journal } = await audited(t);
  const { code, stdout, stderr } = await runCli([
    ...["report", journal],
    ...["--html", folder.path("report.html")],
  ]);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, "");
  assert.match(folder.read("report.html"), /^<!doctype html>/i);
});

test("an audit writes its page at once", async (t) => {
  const folder = folderOf(t);
  const files = ["--out", folder.path("audit.ndjson"), "--html", folder.path("audit.html")];
  const { code, stderr } = await runCli(["audit", "ada@example.com", ...files], { tenant });
  assert.equal(code, 0, stderr);
  assert.match(folder.read("audit.html"), /^<!doctype html>/i);
  const refused = await runCli(["audit", "ada@example.com", "--html", "x.html"], { tenant });
  assert.equal(refused.code, 2);
});

test("what is not a journal, or one of another version, cannot be reported", async (t) => {
  const folder = folderOf(t);
  const list = folder.write("users.txt", "ada@example.com\ngrace@example.com\n");
  const foreign = await runCli(["report", list]);
  assert.equal(foreign.code, 2);
  assert.match(foreign.stderr, /users\.txt" is not an intact journal: line 1/);
  const newer = folder.write("newer.ndjson", '{"type":"journal","version":2}\n{"type":"end"}\n');
  assert.match((await runCli(["report", newer])).stderr, /has format 2, but this version reads 1/);
  const absent = await runCli(["report", folder.path("absent")]);
  assert.match(absent.stderr, /absent" cannot be read: there is no such file or folder/);
});

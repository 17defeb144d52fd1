// Which files a report may replace.

import assert from "node:assert/strict";
import { test } from "node:test";
import { folderOf, runCli } from "../test-support/cli.js";
import { sharedTenant } from "../test-support/tenants.js";

const tenant = await sharedTenant();

/** @param {import("node:test").TestContext} t */
async function audited(t) {
  const folder = folderOf(t);
  const out = folder.path("em.ndjson");
  const { code } = await runCli(["audit", "ada@example.com", "--out", out], { tenant });
  assert.equal(code, 0);
  return { folder, out };
}

test("a report replaces an earlier report, and says where it is", async (t) => {
  const { folder, out } = await audited(t);
  const page = folder.path("em.html");
  for (const round of [1, 2]) {
    const { code, stderr } = await runCli(["report", out, "--html", page]);
    assert.equal(code, 0, `${round}: ${stderr}`);
    assert.ok(stderr.includes(`The report is in "${page}".`));
  }
});

test("a report replaces neither its journal nor any other file", async (t) => {
  const { folder, out } = await audited(t);
  const journal = folder.read("em.ndjson");
  const list = folder.write("users.txt", "ada@example.com\n");
  const foreign = folder.write("other.html", "<!doctype html><title>Mine</title>");
  for (const file of [out, list, foreign]) {
    const { code, stderr } = await runCli(["report", out, "--html", file]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^error: --html: ".*" (is already used|exists and is not a report)/);
  }
  assert.equal(folder.read("em.ndjson"), journal);
  assert.equal(folder.read("users.txt"), "ada@example.com\n");
  assert.equal(folder.read("other.html"), "<!doctype html><title>Mine</title>");
});

test("an audit checks where its page goes before it begins", async (t) => {
  const folder = folderOf(t);
  const list = folder.write("users.txt", "ada@example.com\n");
  const same = folder.path("same.x");
  const absent = folder.path("absent/a.html");
  for (const [out, html, message] of /** @type {const} */ ([
    [same, same, /is already used by this command/],
    [folder.path("a"), list, /is already used by this command/],
    [folder.path("b"), absent, /the folder ".*absent" does not exist/],
  ])) {
    const args = ["audit", "--file", list, "--out", out, "--html", html];
    const { code, stderr } = await runCli(args, { tenant });
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
  }
  assert.deepEqual(tenant.requests, []);
  assert.equal(folder.read("users.txt"), "ada@example.com\n");
});

// The file of the report: how it is written, and what is and is not in it.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { writeHtmlReport } from "../src/report/html.js";
import { temporaryFolder } from "../test-support/report-page.js";
import { header, recordsOf } from "../test-support/report-records.js";

/** The lines of data in a report. */
async function linesOf(t, records) {
  const file = join(temporaryFolder(t), "report.html");
  await writeHtmlReport(records, file);
  const [, data] = readFileSync(file, "utf8").match(/id="data">([^<]*)</) ?? [];
  const text = gunzipSync(Buffer.from(data, "base64")).toString();
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** The words of a column, in the order of the rows. */
function wordsOf(lines, column) {
  const chunks = lines.filter((line) => "rows" in line);
  const labels = chunks.flatMap((chunk) => chunk.words[column]);
  return chunks.flatMap((chunk) => chunk.word[column]).map((word) => labels[word]);
}

const outcome = (result, more = {}) => ({ type: "outcome", result, ...more });

test("only its owner can read the file", { skip: process.platform === "win32" }, async (t) => {
  const file = join(temporaryFolder(t), "report.html");
  await writeHtmlReport(recordsOf("audit", 3), file);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test("a report that cannot be completed leaves the earlier one, and nothing else", async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, "report.html");
  writeFileSync(file, "earlier");
  async function* broken() {
    yield* recordsOf("audit", 5000);
    throw new Error("the journal cannot be read");
  }
  await assert.rejects(writeHtmlReport(broken(), file), { message: "the journal cannot be read" });
  assert.deepEqual(readdirSync(folder), ["report.html"]);
  assert.equal(readFileSync(file, "utf8"), "earlier");
});

test("a complete report replaces the earlier one", async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, "report.html");
  writeFileSync(file, "earlier");
  await writeHtmlReport([header("audit")], file);
  assert.match(readFileSync(file, "utf8"), /^<!doctype html>/);
  assert.deepEqual(readdirSync(folder), ["report.html"]);
});

test("records are encoded as they come, in chunks of bounded size", async (t) => {
  const lines = await linesOf(t, recordsOf("audit", 4500));
  assert.deepEqual(
    lines.map(({ rows }) => rows),
    [undefined, 2000, 2000, 500],
  );
  const devices = lines.slice(1).flatMap((chunk) => chunk.words.devices);
  assert.equal(new Set(devices).size, devices.length);
});

test("links that reset passwords, and fields that are not known, are not written", async (t) => {
  const passwordResetUrl = "https://example.eu.auth0.com/lo/reset?ticket=secret";
  const user = { id: "auth0|1", token: "secret", toJSON: undefined };
  const lines = await linesOf(t, [
    { ...header("bulk ticket"), clientSecret: "secret" },
    outcome({ user, userId: "auth0|1", status: "success", passwordResetUrl, note: "secret" }),
  ]);
  assert.deepEqual(wordsOf(lines, "outcome"), ["Done"]);
  assert.doesNotMatch(JSON.stringify(lines), /secret/);
});

test("a user that was begun is left until there is an outcome, under any of the user's names", async (t) => {
  const begun = (user) => ({ type: "intent", user });
  const lines = await linesOf(t, [
    begun("auth0|1"),
    begun("ada@example.com"),
    begun({ id: "auth0|3", email: "grace@example.com" }),
    begun("auth0|4"),
    outcome({ user: "auth0|1", userId: "auth0|1", status: "success", sessions: 2 }),
    outcome({ user: "ada@example.com", userId: "auth0|2", status: "success", sessions: 0 }),
    outcome({ user: "auth0|3", userId: "auth0|3", status: "error", code: "ERR_TIMEOUT" }),
    outcome({ user: "auth0|4", status: "skipped", skipped: "skip" }),
  ]);
  assert.deepEqual(wordsOf(lines, "state"), ["done", "done", "failed", "skipped", "left"]);
  assert.deepEqual(lines.at(-1).text.id.at(-1), "");
  assert.deepEqual(lines.at(-1).text.given.at(-1), "auth0|4");
});

test("each kind of result becomes an outcome in words", async (t) => {
  const results = [
    { riskLevel: "low", sessionsCount: 1 },
    { status: "success", sessions: 3 },
    { status: "success", sessions: "live" },
    { status: "success", expiresAt: "2026-11-30T00:00:00Z" },
    { action: "user_blocked_sessions_revoked" },
    { action: "sessions_revoked", dryRun: true },
    { action: "a_later_version" },
    { action: "error", code: "ERR_TIMEOUT", error: "Too late" },
    { status: "skipped", skipped: "duplicate" },
    {},
  ];
  const lines = await linesOf(
    t,
    results.map((result) => outcome(result)),
  );
  assert.deepEqual(wordsOf(lines, "outcome"), [
    "Audited",
    "Sessions revoked",
    "Blocked, sessions still live",
    "Reset link created",
    "Blocked, sessions revoked",
    "Planned: sessions revoked",
    "a_later_version",
    "ERR_TIMEOUT",
    "Skipped: already in the list",
    "Done",
  ]);
});

test("records of later versions and malformed values are passed over", async (t) => {
  const lines = await linesOf(t, [
    { type: "checkpoint", at: 3 },
    outcome({
      userId: 3,
      providers: "auth0",
      devices: [null, {}, "x"],
      effects: [7],
      sessions: Number.NaN,
    }),
    { type: "outcome", result: null },
  ]);
  const [chunk] = lines;
  assert.equal(chunk.rows, 1);
  assert.deepEqual(chunk.words.devices, ["x"]);
  assert.deepEqual(chunk.words.providers, []);
  assert.deepEqual(chunk.number.sessions, [null]);
});

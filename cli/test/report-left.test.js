// A run that was interrupted: what is left is the first thing that the report shows.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, skip } from "../../test-support/browser.mjs";
import { openReport, outcomesOf, tilesOf, usersOf } from "../test-support/report-page.js";
import { header } from "../test-support/report-records.js";

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

const result = (id, more) => ({ user: id, userId: id, ...more });
const ACTION = "sessions_revoked_password_reset_sent";
const EFFECTS = [
  { step: "sessions", state: "done", count: 3 },
  { step: "ticket", state: "unknown" },
];

const INTERRUPTED = [
  { ...header("emergency"), total: 6 },
  ...["auth0|1", "auth0|2", "auth0|3", "ada@example.com"].map((user) => ({ type: "intent", user })),
  { type: "outcome", result: result("auth0|1", { action: ACTION, riskLevel: "high" }) },
  {
    type: "outcome",
    result: result("auth0|2", {
      action: "error",
      code: "ERR_TIMEOUT",
      error: "Too late",
      effects: EFFECTS,
    }),
    mayHaveBeenIssued: true,
  },
];

test("users that were begun or never begun are counted and listed as left", { skip }, async (t) => {
  const { page } = await openReport(t, browser, INTERRUPTED);
  const { Users, Done, Failed, Left } = await tilesOf(page);
  assert.deepEqual([Users, Done, Failed, Left], ["6", "1", "1", "4"]);
  const notices = await page.locator("#notices strong").allTextContents();
  assert.deepEqual(notices, [
    "2 users not reached.",
    "2 users begun without a recorded outcome.",
    "Another link to reset the password may exist for 1 user.",
  ]);
  await page.getByLabel("Status", { exact: true }).selectOption({ label: "Left (2)" });
  assert.deepEqual(await usersOf(page), ["auth0|3", "ada@example.com"]);
});

test("the effects of failed users show what was done before the failure", { skip }, async (t) => {
  const { page } = await openReport(t, browser, INTERRUPTED);
  assert.deepEqual(await outcomesOf(page), [
    "Left | Not reached | 2 | 33.3% | ",
    "Left | Begun, but the outcome is unknown | 2 | 33.3% | ",
    "Failed | ERR_TIMEOUT | 1 | 16.7% | sessions: done × 1, ticket: unknown × 1",
    "Done | Sessions revoked, reset link created | 1 | 16.7% | ",
  ]);
});

test("a run that was not interrupted has no notices", { skip }, async (t) => {
  const { page } = await openReport(t, browser, [
    header("bulk block"),
    { type: "outcome", result: result("auth0|1", { status: "success", sessions: "ended" }) },
  ]);
  assert.equal(await page.locator("#notices").textContent(), "");
  assert.deepEqual(Object.keys(await tilesOf(page)), ["Users", "Done", "Failed", "Left"]);
});

test("a report without any record opens and says so", { skip }, async (t) => {
  const { page, problems } = await openReport(t, browser, []);
  await page.getByText("No user matches the filters.").waitFor();
  assert.deepEqual(problems, []);
});

test("why a run was stopped is shown, and nothing is said to be done that is not known", {
  skip,
}, async (t) => {
  const outcome = {
    type: "outcome",
    result: result("auth0|1", { status: "success", sessions: 1 }),
  };
  const stopped = "Stopped by Ctrl-C";
  const known = await openReport(t, browser, [
    { ...header("bulk revoke"), total: 3, stopped },
    outcome,
  ]);
  assert.equal(
    await known.page.locator("#notices strong").textContent(),
    "Stopped by Ctrl-C; 2 users not reached.",
  );
  assert.equal((await tilesOf(known.page)).Left, "2");

  const open = await openReport(t, browser, [
    { ...header("bulk revoke"), total: 1, stopped, isOpen: true, incomplete: true },
    outcome,
  ]);
  assert.equal((await tilesOf(open.page)).Left, "–");
  assert.deepEqual(await open.page.locator("#notices strong").allTextContents(), [
    "Stopped by Ctrl-C; users not reached: unknown.",
    "Users may be missing.",
  ]);
  assert.equal(await open.page.getByText("nothing is left").count(), 0);
});

test("options of a run have names that people know", { skip }, async (t) => {
  const options = { dryRun: true, minRiskLevel: "high", ticket: false };
  const { page } = await openReport(t, browser, [{ ...header("emergency"), options }]);
  const subtitle = await page.locator("#subtitle").textContent();
  assert.match(subtitle, /Dry run · Lowest risk acted on: high · Reset links: no$/);
  assert.equal(await page.locator("#copy-all").textContent(), "Copy ids");
});

test("the table of a few users is no taller than they are", { skip }, async (t) => {
  const { page } = await openReport(t, browser, INTERRUPTED);
  const { height } = await page.locator("#scroller").boundingBox();
  assert.ok(height < 300, String(height));
});

// Every state of the report is accessible, also by keyboard, and it prints.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible, launch, skip } from "../../test-support/browser.mjs";
import { openReport } from "../test-support/report-page.js";
import { recordsOf } from "../test-support/report-records.js";

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

/** An interrupted run with every kind of notice. */
function* interrupted(command) {
  let isFirst = true;
  for (const record of recordsOf(command, 200)) {
    yield record.type === "header"
      ? { ...record, total: 250 }
      : { ...record, ...(isFirst && { mayHaveBeenIssued: true }) };
    isFirst = record.type === "header";
  }
  yield { type: "intent", user: "auth0|left" };
}

for (const command of ["audit", "emergency"]) {
  test(`axe finds nothing in a report of ${command}`, { skip }, async (t) => {
    const { page } = await openReport(t, browser, interrupted(command));
    await assertAccessible(page, command);
  });
}

test("axe finds nothing with filters in force, without users, or in the details of one", {
  skip,
}, async (t) => {
  const { page } = await openReport(t, browser, interrupted("audit"));
  await page.getByLabel("Status", { exact: true }).selectOption({ label: "Left (1)" });
  await assertAccessible(page, "filtered");
  await page.getByLabel("Search users").fill("nobody");
  await assertAccessible(page, "no user");
  await page.getByRole("button", { name: "Clear all" }).click();
  await page.locator("#table .open").first().click();
  await page.getByRole("dialog").waitFor();
  await assertAccessible(page, "details");
});

test("the arrow keys move between users, Enter opens one, and closing returns to it", {
  skip,
}, async (t) => {
  const { page } = await openReport(t, browser, recordsOf("audit", 1000));
  const isFocused = (row) => page.locator(`tr[aria-rowindex="${row}"] .open:focus`).waitFor();
  await page.locator("#scroller").focus();
  await page.keyboard.press("ArrowDown");
  await isFocused(2);
  await page.keyboard.press("ArrowDown");
  await isFocused(3);
  await page.keyboard.press("End");
  await isFocused(1001);
  await page.keyboard.press("ArrowUp");
  await isFocused(1000);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await isFocused(1000);
  await page.keyboard.press("Home");
  await isFocused(2);
});

test("one row at a time is in the tab order, so that Tab leaves the table", { skip }, async (t) => {
  const { page } = await openReport(t, browser, recordsOf("audit", 1000));
  assert.equal(await page.locator('#table tbody button[tabindex="0"]').count(), 2);
  await page.locator("#scroller").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.closest("#table")), null);
});

test("paper has the charts and the filtered users, light, up to a stated limit", {
  skip,
}, async (t) => {
  const { page, problems } = await openReport(t, browser, recordsOf("audit", 1500), {
    colorScheme: "dark",
  });
  const printed = await page.evaluate(() => {
    dispatchEvent(new Event("beforeprint"));
    const paper = document.querySelector("#paper");
    const shown = {
      rows: paper.querySelectorAll("tbody tr").length,
      text: paper.lastElementChild.textContent,
      page: getComputedStyle(document.body).backgroundColor,
      chart: document.querySelector("canvas").clientWidth,
    };
    dispatchEvent(new Event("afterprint"));
    return { ...shown, after: paper.childElementCount };
  });
  assert.deepEqual(printed, {
    rows: 1000,
    text: "Paper shows the first 1,000 of 1,500 users. Filter the report to print others.",
    page: "rgb(248, 249, 251)",
    chart: 316,
    after: 0,
  });
  const pdf = await page.pdf({ format: "A4" });
  assert.ok(pdf.length > 100_000);
  assert.deepEqual(problems, []);
});

// A report in a browser, with everything that must not happen in it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openPage } from "../../test-support/browser.mjs";
import { writeHtmlReport } from "../src/report/html.js";

/** A folder for the files of one test. */
export function temporaryFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), "report-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes records and opens the report. `problems` collects errors, refusals by the policy, and requests. */
export async function openReport(t, browser, records, options) {
  const file = join(temporaryFolder(t), "report.html");
  await writeHtmlReport(records, file);
  const page = await openPage(t, browser, options);
  const problems = [];
  page.on("console", (message) => problems.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("request", (request) => problems.push(`request: ${request.url().slice(0, 200)}`));
  page.on("dialog", (dialog) => problems.push(`dialog: ${dialog.message()}`));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
      console.error(`policy: ${violatedDirective} ${blockedURI}`);
    });
  });
  const url = pathToFileURL(file).href;
  await page.goto(url);
  await page.waitForSelector("[data-ready]", { state: "attached" });
  const own = problems.indexOf(`request: ${url}`);
  if (own >= 0) problems.splice(own, 1);
  return { page, problems, file };
}

/** The names of the users in sight, from top to bottom. */
export const usersOf = (page) => page.locator("#table tbody .open").allTextContents();

export const countOf = (page) => page.locator("#count").textContent();

/** The headline numbers by name. */
export async function tilesOf(page) {
  const tiles = await page
    .locator(".tile")
    .evaluateAll((all) =>
      all.map((tile) => [
        tile.querySelector("dt").textContent,
        tile.querySelector(".tile-number").textContent,
      ]),
    );
  return Object.fromEntries(tiles);
}

/** The lines of "What was done and what is left". */
export const outcomesOf = (page) =>
  page
    .locator("#outcomes tbody tr")
    .evaluateAll((rows) =>
      rows.map((row) => [...row.cells].map((cell) => cell.textContent).join(" | ")),
    );

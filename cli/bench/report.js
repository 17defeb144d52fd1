// The report of a large audit: its size, and how long it takes to write, open and filter. `node bench/report.js [users]`

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launch, skip } from "../../test-support/browser.mjs";
import { writeHtmlReport } from "../src/report/html.js";
import { recordsOf } from "../test-support/report-records.js";

const users = Number(process.argv[2] ?? 100_000);
const RUNS = 5;

/** @param {string} url */
async function measure(url) {
  const browser = await launch();
  try {
    const opens = [];
    for (let run = 0; run < RUNS; run += 1) opens.push(await openTime(browser, url));
    print("Open", opens);
    const page = await browser.newPage();
    await open(page, url);
    await page.waitForFunction(() => performance.getEntriesByName("search-ready").length > 0);
    for (const [name, action] of Object.entries(ACTIONS)) {
      const { rows, charts } = await page.evaluate(timesOf, { ...action, runs: RUNS });
      print(name, rows);
      print("  with charts", charts);
    }
    const heap = await page.evaluate(() => Reflect.get(performance, "memory").usedJSHeapSize);
    console.log(`Memory of the page: ${(heap / 1e6).toFixed(0)} MB`);
  } finally {
    await browser.close();
  }
}

/** Each value is set in turn; the times are until the rows of the table exist, and until the charts are drawn too. */
const ACTIONS = {
  "Filter by risk": { selector: "#filter-risk", event: "change", values: ["0", "1", ""] },
  "Filter by provider": { selector: "#filter-provider", event: "change", values: ["1", "2", ""] },
  Search: { selector: "#search", event: "input", values: ["grace.1", "203.0", "zzz", ""] },
  "Sort by user, first time": {
    selector: ".column-user .sort",
    event: "click",
    values: [""],
    once: true,
  },
  "Sort by sessions, again": {
    selector: ".column-sessions .sort",
    event: "click",
    values: ["", ""],
  },
};

/** @param {{ selector: string, event: string, values: string[], runs: number, once?: boolean }} action */
async function timesOf({ selector, event, values, runs, once = false }) {
  const element = /** @type {HTMLInputElement} */ (document.querySelector(selector));
  const frame = () =>
    new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(undefined))));
  /** @type {number[]} */
  const rows = [];
  /** @type {number[]} */
  const charts = [];
  for (let run = 0; run < (once ? 1 : runs); run += 1) {
    for (const value of values) {
      await frame();
      const begin = performance.now();
      if (event !== "click") element.value = value;
      element.dispatchEvent(new Event(event, { bubbles: true }));
      rows.push(performance.now() - begin);
      await frame();
      charts.push(performance.now() - begin);
    }
  }
  return { rows, charts };
}

/**
 * From the start of loading until everything is shown, by the clock of the page.
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 */
async function openTime(browser, url) {
  const page = await browser.newPage();
  await open(page, url);
  const time = await page.evaluate(() => performance.getEntriesByName("ready")[0]?.startTime ?? 0);
  await page.close();
  return time;
}

/**
 * @param {import("playwright-core").Page} page
 * @param {string} url
 */
async function open(page, url) {
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForSelector("[data-ready]", { state: "attached" });
}

/**
 * @param {string} name
 * @param {number[]} times
 */
function print(name, times) {
  const sorted = [...times].sort((a, b) => a - b);
  const median = sorted[Math.floor(times.length / 2)] ?? 0;
  console.log(`${name}: median ${median.toFixed(0)} ms, best ${(sorted[0] ?? 0).toFixed(0)} ms`);
}

const folder = mkdtempSync(join(tmpdir(), "report-"));
try {
  const file = join(folder, "report.html");
  const begin = performance.now();
  await writeHtmlReport(recordsOf("audit", users), file);
  const cpu = process.cpuUsage();
  console.log(
    `Write: ${(performance.now() - begin).toFixed(0)} ms, of which ${(cpu.user / 1000).toFixed(0)} ms of processor time`,
  );
  console.log(`Size: ${(statSync(file).size / 1e6).toFixed(1)} MB for ${users} users`);
  console.log(
    `Peak memory of the writer: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`,
  );
  if (skip) console.log(`Not measured in a browser: ${skip}`);
  else await measure(pathToFileURL(file).href);
} finally {
  rmSync(folder, { recursive: true });
}

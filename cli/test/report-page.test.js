// The report in a browser: what it shows, and what can be done with it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, skip } from "../../test-support/browser.mjs";
import { countOf, openReport, outcomesOf, tilesOf, usersOf } from "../test-support/report-page.js";
import { header, recordsOf } from "../test-support/report-records.js";

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

const audited = (email, more) => ({
  type: "outcome",
  result: {
    user: `auth0|${email}`,
    userId: `auth0|${email}`,
    userEmail: `${email}@example.com`,
    riskLevel: "low",
    sessionsCount: 0,
    providers: ["auth0"],
    ...more,
  },
});

const FOUR = [
  header("audit"),
  audited("ada", {
    riskLevel: "high",
    riskScore: 7,
    sessionsCount: 12,
    countries: ["DE"],
    lastActivity: "2026-11-29T20:00:00Z",
  }),
  audited("grace", {
    riskLevel: "medium",
    riskScore: 2,
    sessionsCount: 2,
    countries: ["US"],
    providers: ["github"],
  }),
  audited("alan", { sessionsCount: 5, countries: ["DE", "US"] }),
  audited("edsger", {
    riskLevel: "unknown",
    sessionsCount: undefined,
    error: "No such user",
    code: "ERR_USER_NOT_FOUND",
  }),
];

test("opens without an error, a refusal by its policy or a request", { skip }, async (t) => {
  const { page, problems } = await openReport(t, browser, recordsOf("audit", 300));
  assert.equal(await page.title(), "Security audit – example.eu.auth0.com");
  await page.locator("#table .open").first().click();
  await page.keyboard.press("Escape");
  await page.emulateMedia({ colorScheme: "dark" });
  assert.equal(await page.locator("#charts canvas").count(), 6);
  assert.deepEqual(problems, []);
});

test("the policy refuses every script, style and request that is not the report's", {
  skip,
}, async (t) => {
  const { page } = await openReport(t, browser, FOUR);
  await page.evaluate(() => {
    globalThis.refused = new Set();
    document.addEventListener("securitypolicyviolation", ({ violatedDirective }) => {
      globalThis.refused.add(violatedDirective);
    });
    document.body.append(
      Object.assign(document.createElement("script"), { textContent: "globalThis.ran = true" }),
      Object.assign(document.createElement("style"), { textContent: "body { display: none }" }),
      Object.assign(new Image(), { src: "https://example.invalid/x.png" }),
    );
    fetch("https://example.invalid/").catch(() => {});
  });
  for (const directive of ["connect-src", "img-src", "script-src-elem", "style-src-elem"]) {
    await page.waitForFunction((name) => globalThis.refused.has(name), directive);
  }
  assert.equal(await page.evaluate(() => "ran" in globalThis), false);
});

test("headline numbers and outcomes are those of the records", { skip }, async (t) => {
  const { page } = await openReport(t, browser, FOUR);
  assert.deepEqual(await tilesOf(page), {
    Users: "4",
    Sessions: "19",
    "High risk": "1",
    Done: "3",
    Failed: "1",
    Left: "0",
  });
  assert.deepEqual(await outcomesOf(page), [
    "Failed | ERR_USER_NOT_FOUND | 1 | 25% | ",
    "Done | Audited | 3 | 75% | ",
  ]);
});

test("charts have their numbers as tables", { skip }, async (t) => {
  const { page } = await openReport(t, browser, FOUR);
  const numbersOf = (title) =>
    page
      .getByRole("table", { name: title })
      .locator("tr")
      .evaluateAll((rows) =>
        rows.map((row) => [...row.cells].map((cell) => cell.textContent).join(" ")),
      );
  assert.deepEqual(await numbersOf("Risk levels"), ["High 1", "Medium 1", "Low 1", "Unknown 1"]);
  assert.deepEqual(await numbersOf("Countries"), ["Germany 2", "United States 2"]);
});

test("filters narrow the table and the charts, and are removed one by one or together", {
  skip,
}, async (t) => {
  const { page } = await openReport(t, browser, FOUR);
  await page.getByLabel("Country", { exact: true }).selectOption({ label: "Germany (2)" });
  assert.deepEqual(await usersOf(page), ["ada@example.com", "alan@example.com"]);
  assert.equal(await countOf(page), "2 of 4 users");
  await page.getByLabel("Risk", { exact: true }).selectOption({ label: "High (1)" });
  assert.deepEqual(await usersOf(page), ["ada@example.com"]);
  await page
    .getByRole("table", { name: "Risk levels" })
    .getByRole("row", { name: "Low 0" })
    .waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Remove the filter Country: Germany" }).click();
  await page.getByLabel("Risk", { exact: true }).selectOption({ label: "Low (1)" });
  assert.deepEqual(await usersOf(page), ["alan@example.com"]);
  await page.getByRole("button", { name: "Clear all" }).click();
  assert.equal(await countOf(page), "4 users");
  await page.getByLabel("Status", { exact: true }).selectOption({ label: "Failed (1)" });
  assert.deepEqual(await usersOf(page), ["edsger@example.com"]);
  await page.getByLabel("Status", { exact: true }).selectOption("");
  await page.getByLabel("Provider", { exact: true }).selectOption({ label: "github (1)" });
  assert.deepEqual(await usersOf(page), ["grace@example.com"]);
});

test("an outcome and a bar of a chart filter too", { skip }, async (t) => {
  const { page } = await openReport(t, browser, FOUR);
  await page.getByRole("button", { name: "ERR_USER_NOT_FOUND" }).click();
  assert.deepEqual(await usersOf(page), ["edsger@example.com"]);
  await page.getByRole("button", { name: "Clear all" }).click();
  const canvas = page.getByRole("figure", { name: "Risk levels" }).locator("canvas");
  // The library delivers a click with the next frame.
  await canvas.click({ position: { x: 90, y: 14 } });
  await page.getByText("1 of 4 users").waitFor();
  assert.deepEqual(await usersOf(page), ["ada@example.com"]);
  await canvas.click({ position: { x: 90, y: 14 } });
  await page.getByText("4 users", { exact: true }).waitFor();
});

test("the search finds every word in what is known of a user", { skip }, async (t) => {
  const { page } = await openReport(t, browser, FOUR);
  const search = page.getByLabel("Search users");
  for (const [query, found] of [
    ["GRACE", ["grace@example.com"]],
    ["germany united", ["alan@example.com"]],
    ["auth0|ada", ["ada@example.com"]],
    ["no such", ["edsger@example.com"]],
    ["nobody", []],
  ]) {
    await search.fill(query);
    assert.deepEqual(await usersOf(page), found, query);
  }
  await page.getByText("No user matches the filters.").waitFor();
  assert.ok(await page.getByRole("button", { name: "Copy ids", exact: true }).isDisabled());
});

test("columns sort both ways, and users without a value stay last", { skip }, async (t) => {
  const { page } = await openReport(t, browser, FOUR);
  const names = async () => (await usersOf(page)).map((user) => user.split("@")[0]);
  assert.deepEqual(await names(), ["ada", "grace", "alan", "edsger"]);
  const sessions = page.getByRole("columnheader", { name: "Sessions" });
  await sessions.getByRole("button").click();
  assert.deepEqual(await names(), ["ada", "alan", "grace", "edsger"]);
  assert.equal(await sessions.getAttribute("aria-sort"), "descending");
  await sessions.getByRole("button").click();
  assert.deepEqual(await names(), ["grace", "alan", "ada", "edsger"]);
  await page.getByRole("columnheader", { name: "User" }).getByRole("button").click();
  assert.deepEqual(await names(), ["ada", "alan", "edsger", "grace"]);
  assert.equal(await sessions.getAttribute("aria-sort"), null);
});

for (const [where, prepare] of [
  ["the clipboard", () => {}],
  [
    "the clipboard of a browser that refuses its interface to files",
    () => Object.defineProperty(navigator, "clipboard", { value: undefined }),
  ],
]) {
  test(`ids of one user and of all filtered users are copied to ${where}`, { skip }, async (t) => {
    const { page } = await openReport(t, browser, FOUR);
    const context = page.context();
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const copied = await page.evaluateHandle(() => navigator.clipboard);
    await page.evaluate(prepare);
    const read = () => copied.evaluate((clipboard) => clipboard.readText());
    await page.getByRole("button", { name: "Copy auth0|grace" }).click();
    await page.getByText("Copied auth0|grace").waitFor();
    assert.equal(await read(), "auth0|grace");
    await page.getByLabel("Country", { exact: true }).selectOption({ label: "Germany (2)" });
    await page.getByRole("button", { name: "Copy 2 ids" }).click();
    await page.getByText("Copied 2 ids").waitFor();
    assert.equal(await read(), "auth0|ada\nauth0|alan");
  });
}

test("only rows in sight are elements, and scrolling reaches the last one", { skip }, async (t) => {
  const { page } = await openReport(t, browser, recordsOf("audit", 10_000));
  const table = page.getByRole("table", { name: "Users" });
  assert.equal(await table.getAttribute("aria-rowcount"), "10001");
  assert.ok((await page.locator("#table tbody tr").count()) < 60);
  await page
    .locator("#scroller")
    .evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight));
  await page.locator('tr[aria-rowindex="10001"]').waitFor();
  assert.ok((await page.locator("#table tbody tr").count()) < 60);
});

test("everything about a user is one press away", { skip }, async (t) => {
  const why = "Two sessions are 9,100 km apart within 40 minutes.";
  const { page } = await openReport(t, browser, [
    header("audit"),
    audited("ada", {
      riskLevel: "high",
      riskScore: 4,
      riskSignals: [{ id: "impossibleTravel", weight: 4, why }],
      addresses: ["203.0.113.7", "198.51.100.23"],
    }),
  ]);
  await page.getByRole("button", { name: "ada@example.com", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "ada@example.com" });
  const text = await dialog.textContent();
  for (const part of [
    "Impossible travel",
    "+4",
    why,
    "203.0.113.7",
    "198.51.100.23",
    "auth0|ada",
  ]) {
    assert.ok(text.includes(part), part);
  }
});

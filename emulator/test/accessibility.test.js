import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import axe from "axe-core";
import { launch, openPage, skip } from "../test-support/browser.js";
import { startTenant } from "../test-support/tenant.js";

let tenant;
let browser;

before(async () => {
  if (skip) return;
  // First, because nothing else must run if it fails.
  browser = await launch();
  tenant = await startTenant();
});
after(() => Promise.all([tenant?.close(), browser?.close()]));

/** Asserts that axe finds no violation, in light and dark, and that nothing is wider than a phone. */
async function assertAccessible(page, label) {
  await page.evaluate(axe.source);
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 320]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      const { violations } = await page.evaluate(() =>
        globalThis.axe.run({ resultTypes: ["violations"] }),
      );
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
      assert.deepEqual(found, [], `${label}, ${colorScheme}, ${width} px`);
      const actual = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(actual <= width, `${label}: ${actual} px wide`);
    }
  }
}

test("the login page and the pages for a forgotten password are accessible", {
  skip,
}, async (t) => {
  const page = await openPage(t, browser);
  await page.goto(tenant.authorizeUrl());
  await assertAccessible(page, "login");
  await page.getByText("Forgot password?").click();
  await assertAccessible(page, "forgotten password");
  await page.getByLabel("Email address").fill("ada@example.com");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("Please check the email address ada@example.com").waitFor();
  await assertAccessible(page, "email sent");
});

test("the start page is accessible, and leads to the link of an email", { skip }, async (t) => {
  const page = await openPage(t, browser, { bypassCSP: true });
  await page.goto(tenant.authorizeUrl());
  await page.getByText("Forgot password?").click();
  await page.getByLabel("Email address").fill("ada@example.com");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.goto(tenant.url);
  await assertAccessible(page, "start");
  await page.getByRole("link", { name: "Open its link" }).first().click();
  await page.getByLabel("New password", { exact: true }).waitFor();
});

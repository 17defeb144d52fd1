// Pages in a real browser, and whether they are accessible.

import assert from "node:assert/strict";
import axe from "axe-core";

export { launch, skip } from "../emulator/test-support/chromium.js";

/** A page with its own cookies. */
export async function openPage(t, browser, options) {
  const context = await browser.newContext(options);
  t.after(() => context.close());
  context.setDefaultTimeout(10_000);
  return context.newPage();
}

const VIEWPORTS = [
  { width: 1280, height: 800 },
  { width: 768, height: 1024 },
  { width: 320, height: 640 },
];

/** Asserts that axe finds no violation in the page's current state, in light and dark, at each width. */
export async function assertAccessible(page, label) {
  await page.evaluate(axe.source);
  const states = VIEWPORTS.flatMap((viewport) => [
    ["light", viewport],
    ["dark", viewport],
  ]);
  for (const [colorScheme, viewport] of states) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    const where = `${label}, ${colorScheme}, ${viewport.width} px`;
    // Describing what is in order would take most of the time.
    const options = { resultTypes: ["violations"] };
    const { violations } = await page.evaluate((options) => globalThis.axe.run(options), options);
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
    assert.deepEqual(found, [], where);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= viewport.width, `${where}: ${width} px wide`);
  }
}

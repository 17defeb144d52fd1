// Takes pictures of the sample web app in a browser, while somebody uses it.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { launch, openPage, skip } from "../../test-support/browser.mjs";
import { dashboardOf } from "../../test-support/dashboard-app.mjs";
import { fillIn, press, pressAndConfirm } from "../../test-support/dashboard-page.mjs";
import { Failure, main, root } from "../lib/process.mjs";

const SCHEMES = ["light", "dark"];
const WIDTHS = { 1280: 800, 768: 1024, 360: 740 };
/** The README shows them at half their width, and they are part of the package: smaller, but sharp on most displays. */
const OF_README = { page: "account", widths: ["1280", "360"], scale: 0.75 };
/** Without "Headless" in its name, so that the pictures show what users see. */
const USER_AGENT =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

const NEW_PASSWORD = "Another-horse-2";
const heading = (name) => (page) => page.getByRole("heading", { name });
const role = (name) => (page) => page.getByRole(name);
const label = (name) => (page) => page.getByLabel(name, { exact: true });

/**
 * How somebody gets from each page to the next one, which has this name, and what only that page shows. A picture of a
 * page that is still navigating fails.
 */
const STEPS = {
  welcome: { go: ({ page, url }) => page.goto(url), shows: heading("Look after your account") },
  "sign-in": {
    async go({ page }) {
      await page.getByRole("link", { name: "Sign in" }).click();
      await fillIn(page, "ada@example.com", "wrong");
    },
    shows: role("alert"),
  },
  account: {
    go: ({ page }) => page.getByRole("button", { name: "Ada Lovelace" }).click(),
    shows: heading("Your account"),
  },
  confirmation: {
    go: ({ page }) => page.getByRole("button", { name: /^Sign out Googlebot/ }).click(),
    shows: role("dialog"),
  },
  message: {
    async go({ page }) {
      await page.keyboard.press("Escape");
      await pressAndConfirm(page, /^Sign out Googlebot/);
    },
    shows: role("status"),
  },
  "last-factor": {
    async go({ page }) {
      for (const name of [/^Remove authenticator/, /^Remove phone/]) {
        await pressAndConfirm(page, name);
        await page.getByRole("button", { name }).waitFor({ state: "detached" });
      }
      await page.getByRole("button", { name: /^Remove passkey/ }).click();
    },
    shows: role("dialog"),
  },
  provider: {
    async go({ page }) {
      await page.keyboard.press("Escape");
      await press(page, "Connect GitHub");
    },
    shows: label("Another account"),
  },
  connected: {
    async go({ page }) {
      await page.getByLabel("Another account").fill("octo-ada@example.com");
      await press(page, "Sign in");
    },
    shows: role("status"),
  },
  "new-password": {
    go: ({ page }) => press(page, "Change password"),
    shows: label("New password"),
  },
  "password-changed": {
    async go({ page }) {
      for (const name of ["New password", "Re-enter new password"]) {
        await page.getByLabel(name, { exact: true }).fill(NEW_PASSWORD);
      }
      await press(page, "Reset password");
      await page.getByRole("link", { name: "Back to" }).click();
    },
    shows: heading("Your password was changed"),
  },
};

main(async (args) => {
  const { all } = parseArgs({ args, options: { all: { type: "string" } } }).values;
  if (skip) throw new Failure(skip);
  const folder = all ?? join(root, "docs", "pictures");
  mkdirSync(folder, { recursive: true });
  const endings = [];
  try {
    await takeAll({ after: (end) => endings.unshift(end) }, folder, all !== undefined);
  } finally {
    for (const end of endings) await end();
  }
});

/** @param {{ after(end: () => unknown): void }} scope what to close at the end, as in a test */
async function takeAll(scope, folder, isEvery) {
  const browser = await launch();
  scope.after(() => browser.close());
  const { url } = await dashboardOf(scope);
  const page = await openPage(scope, browser, { userAgent: USER_AGENT });
  for (const [name, { go, shows }] of Object.entries(STEPS)) {
    await go({ page, url });
    await shows(page).waitFor();
    const { widths, scale } = isEvery ? { widths: Object.keys(WIDTHS), scale: 1 } : OF_README;
    if (isEvery || name === OF_README.page) await take(page, join(folder, name), widths, scale);
  }
}

async function take(page, path, widths, scale) {
  const devtools = await page.context().newCDPSession(page);
  for (const width of widths) {
    await page.setViewportSize({ width: Number(width), height: WIDTHS[width] });
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      const { cssContentSize, cssLayoutViewport } = await devtools.send("Page.getLayoutMetrics");
      // A dialog and what it covers belong to the part of the page that is visible.
      const hasDialog = await page.getByRole("dialog").isVisible();
      const { pageX: x, pageY: y, clientWidth: visible, clientHeight: height } = cssLayoutViewport;
      const area = hasDialog ? { x, y, width: visible, height } : cssContentSize;
      const { data } = await devtools.send("Page.captureScreenshot", {
        format: "webp",
        // Together the README's pictures must stay small, and text is legible at this quality.
        quality: 55,
        captureBeyondViewport: true,
        clip: { ...area, scale },
      });
      writeFileSync(`${path}-${width}-${colorScheme}.webp`, Buffer.from(data, "base64"));
    }
  }
  await devtools.detach();
}

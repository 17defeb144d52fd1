// Every page of the dashboard is accessible in every state, and so are the tenant's pages.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { assertAccessible, launch, openPage, skip } from "../../test-support/browser.mjs";
import { dashboardOf } from "../../test-support/dashboard-app.mjs";
import { fillIn, logIn, press } from "../../test-support/dashboard-page.mjs";

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

async function visit(t, email) {
  const dashboard = await dashboardOf(t);
  const page = await openPage(t, browser);
  if (email) await logIn(page, dashboard.url, email);
  return { ...dashboard, page };
}

test("before and at the login", { skip }, async (t) => {
  const { page, url } = await visit(t);
  await page.goto(url);
  await assertAccessible(page, "welcome");
  await page.getByRole("link", { name: "Log in" }).click();
  await assertAccessible(page, "login");
  await fillIn(page, "ada@example.com", "wrong");
  await page.getByRole("alert").waitFor();
  await assertAccessible(page, "login refused");
  await press(page, "Cancel");
  await page.getByRole("heading", { name: "That did not work" }).waitFor();
  await assertAccessible(page, "login cancelled");
  await page.goto(`${url}/signed-out`);
  await assertAccessible(page, "signed out");
});

test("the account and its messages", { skip }, async (t) => {
  const { page, url } = await visit(t, "ada@example.com");
  await assertAccessible(page, "account");
  await press(page, "Sign out all others");
  await page.getByRole("status").waitFor();
  await assertAccessible(page, "account with a message and one session");
  await page.goto(`${url}/accounts/connected`);
  await page.getByRole("alert").waitFor();
  await assertAccessible(page, "account with a problem");
  await page.goto(`${url}/nothing`);
  await assertAccessible(page, "no such page");
});

test("an account with two sign-in methods", { skip }, async (t) => {
  const { page } = await visit(t, "katherine@example.com");
  await page.getByRole("button", { name: /^Disconnect Google/ }).waitFor();
  await assertAccessible(page, "two ways to log in");
});

test("an account with a long name and without a password", { skip }, async (t) => {
  const { page, url, tenant } = await visit(t);
  const email = `${"very-long-name-".repeat(4)}@example.com`;
  tenant.addUser({ user_id: "github|1", email, email_verified: true });
  await page.goto(`${url}/login`);
  await press(page, "Continue with GitHub");
  await assertAccessible(page, "choice of an account");
  await press(page, email);
  await page.getByText("You log in without a password").waitFor();
  await assertAccessible(page, "no password");
});

test("connecting an account", { skip }, async (t) => {
  const { page, tenant } = await visit(t, "ada@example.com");
  // A response without content keeps the browser on the page that leads to the tenant.
  const onward = `${tenant.origin}/authorize?**`;
  await page.route(onward, (route) => route.fulfill({ status: 204 }));
  await press(page, "Connect GitHub");
  await page.getByRole("heading", { name: "Going to GitHub" }).waitFor();
  await assertAccessible(page, "on the way");
  await page.unroute(onward);
  await page.getByRole("link", { name: "Continue" }).click();
  await press(page, "Sign in");
  await page.getByRole("alert").waitFor();
  await assertAccessible(page, "an account without an address");
});

test("changing the password", { skip }, async (t) => {
  const { page, tenant, url } = await visit(t);
  tenant.clock.set(Date.now() - 600_000);
  await logIn(page, url);
  tenant.clock.set(Date.now());
  await press(page, "Change password");
  await page.getByRole("heading", { name: "Is it still you?" }).waitFor();
  await assertAccessible(page, "login again");
  await page.getByRole("link", { name: "Log in again" }).click();
  await fillIn(page, "ada@example.com");
  await press(page, "Change password");
  const fields = ["New password", "Re-enter new password"].map((name) =>
    page.getByLabel(name, { exact: true }),
  );
  await fields[0].fill("Another-horse-2");
  await assertAccessible(page, "new password");
  await press(page, "Reset password");
  await page.getByRole("alert").waitFor();
  await assertAccessible(page, "new password refused");
  for (const field of fields) await field.fill("Another-horse-2");
  await press(page, "Reset password");
  await page.getByRole("heading", { name: "Password changed" }).waitFor();
  await assertAccessible(page, "password changed");
  assert.equal(tenant.sessions(PEOPLE.ada).length, 0);
});

test("when Auth0 does not respond", { skip }, async (t) => {
  t.mock.method(console, "error", () => {});
  const { page, tenant, url } = await visit(t, "ada@example.com");
  tenant.fault("get_sessions_for_user", { status: 429 }, Number.POSITIVE_INFINITY);
  await page.goto(url);
  await page.getByRole("heading", { name: "Too many people at once" }).waitFor();
  await assertAccessible(page, "too many");
});

test("every button can be reached by keyboard, and focus is visible", { skip }, async (t) => {
  const { page } = await visit(t, "ada@example.com");
  const count = await page.locator("a, button").count();
  for (let index = 0; index < count; index += 1) {
    await page.keyboard.press("Tab");
    const focused = page.locator(":focus-visible");
    const width = await focused.evaluate((element) => getComputedStyle(element).outlineWidth);
    assert.equal(width, "3px");
    assert.ok(
      await focused.evaluate(
        (one, at) => [...document.querySelectorAll("a, button")][at] === one,
        index,
      ),
    );
  }
});

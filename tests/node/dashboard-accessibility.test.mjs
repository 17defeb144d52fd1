// Every page of the dashboard is accessible in every state, and so are the tenant's pages.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { assertAccessible, launch, openPage, skip } from "../../test-support/browser.mjs";
import { dashboardOf } from "../../test-support/dashboard-app.mjs";
import { fillIn, press, pressAndConfirm, signIn } from "../../test-support/dashboard-page.mjs";

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

async function visit(t, email) {
  const dashboard = await dashboardOf(t);
  const page = await openPage(t, browser);
  if (email) await signIn(page, dashboard.url, email);
  return { ...dashboard, page };
}

test("before and while signing in", { skip }, async (t) => {
  const { page, url } = await visit(t);
  await page.goto(url);
  await assertAccessible(page, "welcome");
  await page.getByRole("link", { name: "Sign in" }).click();
  await assertAccessible(page, "sign-in");
  await fillIn(page, "ada@example.com", "wrong");
  await page.getByRole("alert").waitFor();
  await assertAccessible(page, "sign-in refused");
  await press(page, "Cancel");
  await page.getByRole("heading", { name: "That did not work" }).waitFor();
  await assertAccessible(page, "sign-in cancelled");
  for (const path of ["signed-out", "password-changed"]) {
    await page.goto(`${url}/${path}`);
    await assertAccessible(page, path);
  }
});

test("the account and its messages", { skip }, async (t) => {
  const { page, url } = await visit(t, "ada@example.com");
  await assertAccessible(page, "account");
  await page.getByRole("button", { name: /^Sign out Mobile Safari/ }).click();
  await page.getByRole("dialog", { name: "Sign out Mobile Safari on iOS?" }).waitFor();
  await assertAccessible(page, "account with a dialog");
  await press(page, "Cancel");
  await pressAndConfirm(page, "Sign out all others");
  await page.getByRole("status").waitFor();
  await assertAccessible(page, "account with a message and one session");
  await page.goto(`${url}/accounts/connected`);
  await page.getByRole("alert").waitFor();
  await assertAccessible(page, "account with a problem");
  await page.goto(`${url}/nothing`);
  await assertAccessible(page, "no such page");
});

test("second steps and apps, with every kind of row and with none", { skip }, async (t) => {
  const { page, tenant, clientId } = await visit(t, "ada@example.com");
  const user_id = PEOPLE.ada;
  tenant.addAuthenticationMethod({ user_id, type: "webauthn-roaming", confirmed: false });
  const { client_id: nameless } = tenant.addClient({
    client_id: "an-app-without-a-name".repeat(3),
  });
  for (const client_id of [clientId, nameless]) tenant.addRefreshToken({ user_id, client_id });
  await page.reload();
  await assertAccessible(page, "all rows");
  await page.getByRole("button", { name: /^Remove passkey/ }).click();
  await page.getByRole("dialog", { name: "Remove passkey “MacBook”?" }).waitFor();
  await assertAccessible(page, "removal of a factor");
  await press(page, "Cancel");
  await page.getByRole("button", { name: "Remove access of Photo Album" }).click();
  await page.getByRole("dialog", { name: "Remove access of Photo Album?" }).waitFor();
  await assertAccessible(page, "removal of an app");
});

test("an account with two sign-in methods, but no second step and no apps", { skip }, async (t) => {
  const { page } = await visit(t, "katherine@example.com");
  await page.getByRole("button", { name: /^Disconnect Google/ }).click();
  await page.getByRole("dialog").waitFor();
  await assertAccessible(page, "two ways to sign in");
});

test("an account with a long name and without a password", { skip }, async (t) => {
  const { page, url, tenant } = await visit(t);
  const email = `${"very-long-name-".repeat(4)}@example.com`;
  tenant.addUser({ user_id: "github|1", email, email_verified: true });
  await page.goto(`${url}/sign-in`);
  await press(page, "Continue with GitHub");
  await assertAccessible(page, "choice of an account");
  await press(page, email);
  await page.getByText("You sign in without a password").waitFor();
  await assertAccessible(page, "no password");
});

test("connecting an account", { skip }, async (t) => {
  const { page, tenant } = await visit(t, "ada@example.com");
  // A response without content keeps the browser on the page that leads to the tenant.
  const onward = `${tenant.origin}/authorize?**`;
  await page.route(onward, (route) => route.fulfill({ status: 204 }));
  await press(page, "Connect GitHub");
  await page.getByRole("heading", { name: "Taking you to GitHub" }).waitFor();
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
  await signIn(page, url);
  tenant.clock.set(Date.now());
  await press(page, "Change password");
  await page.getByRole("heading", { name: "Confirm that it is you" }).waitFor();
  await assertAccessible(page, "sign-in again");
  await page.getByRole("link", { name: "Sign in again" }).click();
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
  await page.getByRole("heading", { name: "The sign-in service is busy" }).waitFor();
  await assertAccessible(page, "too many");
});

test("every button can be reached by keyboard, and focus is visible", { skip }, async (t) => {
  const { page } = await visit(t, "ada@example.com");
  const count = await page.locator("a:visible, button:visible").count();
  assert.ok(count > 10);
  for (let index = 0; index < count; index += 1) {
    await page.keyboard.press("Tab");
    const focused = page.locator(":focus-visible");
    const width = await focused.evaluate((element) => getComputedStyle(element).outlineWidth);
    assert.equal(width, "3px");
    assert.ok(
      await focused.evaluate(
        (one, at) =>
          [...document.querySelectorAll("a, button")].filter((all) => all.checkVisibility())[at] ===
          one,
        index,
      ),
    );
  }
});

test("a confirmation opens and closes by keyboard, with the focus on the button that changes nothing", {
  skip,
}, async (t) => {
  const { page } = await visit(t, "ada@example.com");
  await page.getByRole("button", { name: "Sign out all others" }).focus();
  const isFocused = (name) =>
    page
      .getByRole("button", { name, exact: true })
      .evaluate((button) => button === document.activeElement);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  assert.ok(await isFocused("Cancel"));
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  assert.ok(await isFocused("Sign out all others"));
});

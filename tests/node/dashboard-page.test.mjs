// The dashboard in a browser: everything that a user can do there, click by click.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { launch, openPage, skip } from "../../test-support/browser.mjs";
import { dashboardOf } from "../../test-support/dashboard-app.mjs";
import {
  fillIn,
  message,
  PASSWORD,
  press,
  pressAndConfirm,
  signIn,
} from "../../test-support/dashboard-page.mjs";

const { ada } = PEOPLE;

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

async function visit(t, options) {
  const dashboard = await dashboardOf(t);
  const page = await openPage(t, browser, options);
  await signIn(page, dashboard.url);
  return { ...dashboard, page };
}

/** Signs in to a new account on the tenant's own pages in between. */
async function connect(page, name) {
  await press(page, `Connect ${name}`);
  await page.getByLabel("Another account").fill(`ada@${name.toLowerCase()}.example`);
  await press(page, "Sign in");
}

const sessionNames = (page) =>
  page.getByRole("region", { name: "Where you are signed in" }).getByRole("heading", { level: 3 });

test("after signing in the current session is first and marked", { skip }, async (t) => {
  const { page } = await visit(t);
  const names = await sessionNames(page).allTextContents();
  assert.equal(names.length, 7);
  assert.match(names[0], /Chrome on \w+ This session$/);
  assert.deepEqual(
    names.filter((name) => name.includes("This session")),
    names.slice(0, 1),
  );
});

test("one other session is signed out, then all others", { skip }, async (t) => {
  const { page, tenant } = await visit(t);
  await pressAndConfirm(page, /^Sign out Mobile Safari on iOS, London, United Kingdom, signed in /);
  const text = await message(page);
  assert.equal(text, "Mobile Safari on iOS (London, United Kingdom) was signed out.");
  assert.equal(await sessionNames(page).count(), 6);
  await pressAndConfirm(page, "Sign out all others");
  assert.match(await message(page), /^5 other sessions were signed out\./);
  assert.equal(await sessionNames(page).count(), 1);
  assert.equal(await page.getByRole("button", { name: "Sign out all others" }).count(), 0);
  assert.equal(
    tenant.sessions(ada).filter(({ expires_at: at }) => Date.parse(at) > Date.now()).length,
    1,
  );
});

for (const name of ["Google", "GitHub", "Microsoft", "Apple"]) {
  test(`${name} is connected, signed in with, and disconnected`, { skip }, async (t) => {
    const { page, tenant, url } = await visit(t);
    await connect(page, name);
    const email = `ada@${name.toLowerCase()}.example`;
    assert.ok((await message(page)).startsWith(`${name} (${email}) was connected.`));
    assert.equal(tenant.user(ada).identities.length, 2);

    const elsewhere = await openPage(t, browser);
    await elsewhere.goto(`${url}/sign-in`);
    await elsewhere.getByRole("button", { name: `Continue with ${name}` }).click();
    await press(elsewhere, email);
    await elsewhere.getByText("ada@example.com").first().waitFor();

    await pressAndConfirm(page, `Disconnect ${name}, ${email}`);
    assert.ok((await message(page)).startsWith(`${name} (${email}) was disconnected.`));
    assert.equal(tenant.user(ada).identities.length, 1);
  });
}

test("all four can be connected at once; only the main account cannot be disconnected", {
  skip,
}, async (t) => {
  const { page } = await visit(t);
  for (const name of ["Google", "GitHub", "Microsoft", "Apple"]) {
    await connect(page, name);
    await page.getByRole("status").waitFor();
  }
  assert.equal(await page.getByRole("button", { name: /^Disconnect/ }).count(), 4);
  assert.equal(await page.getByRole("button", { name: /^(Connect |Disconnect Email)/ }).count(), 0);
});

test("all second steps are removed, one by one, and then the apps", { skip }, async (t) => {
  const { page, tenant } = await visit(t);
  for (const name of ["authenticator app", "phone", "passkey"]) {
    await pressAndConfirm(page, new RegExp(`^Remove ${name}`));
    await page.getByText(new RegExp(`^The ${name}.* was removed`)).waitFor();
  }
  assert.match(await message(page), /You have no second step now\.$/);
  for (const name of ["Mobile App", "Photo Album"]) {
    await pressAndConfirm(page, `Remove access of ${name}`);
    await page.getByText(`The access of ${name} was removed`).waitFor();
  }
  await page.getByText("No app stays signed in to your account.").waitFor();
  assert.equal(tenant.authenticationMethods(ada).length, 1, "the recovery code");
  assert.deepEqual(tenant.refreshTokens(ada), []);
});

test("the password is changed; the new one works and the old one does not", { skip }, async (t) => {
  const { page } = await visit(t);
  await press(page, "Change password");
  await page.getByLabel("New password", { exact: true }).fill("Another-horse-2");
  await page.getByLabel("Re-enter new password").fill("Another-horse-2");
  await press(page, "Reset password");
  await page.getByRole("heading", { name: "Password changed" }).waitFor();
  await page.getByRole("link", { name: "Back to Account security" }).click();
  await page.getByRole("heading", { name: "Your password was changed" }).waitFor();
  await page.getByRole("link", { name: "Sign in" }).click();
  await fillIn(page, "ada@example.com", PASSWORD);
  await page.getByText("Wrong email or password").waitFor();
  await fillIn(page, "ada@example.com", "Another-horse-2");
  await page.getByRole("heading", { name: "Your account" }).waitFor();
});

test("a while after signing in, changing the password requires a new one", { skip }, async (t) => {
  const dashboard = await dashboardOf(t);
  dashboard.tenant.clock.set(Date.now() - 600_000);
  const page = await openPage(t, browser);
  await signIn(page, dashboard.url);
  dashboard.tenant.clock.set(Date.now());
  await press(page, "Change password");
  await page.getByRole("heading", { name: "Confirm that it is you" }).waitFor();
  await page.getByRole("link", { name: "Sign in again" }).click();
  await fillIn(page, "ada@example.com", PASSWORD);
  assert.match(await message(page), /You can now change/);
  await press(page, "Change password");
  await page.getByLabel("New password", { exact: true }).waitFor();
});

test("a session that one browser signs out is signed out in the other at its next click", {
  skip,
}, async (t) => {
  const { page, tenant, url } = await visit(t);
  const phone = await openPage(t, browser, { userAgent: PHONE });
  await signIn(phone, url);
  await page.reload();
  await pressAndConfirm(page, /^Sign out Chrome Mobile on Android/);
  await page.getByRole("status").waitFor();

  const left = tenant.sessions(ada).length;
  await pressAndConfirm(phone, "Sign out all others");
  await phone.getByRole("heading", { name: "You were signed out" }).waitFor();
  assert.equal(tenant.sessions(ada).length, left, "the click had no effect");
  await phone.goto(url);
  await phone.getByRole("heading", { name: "Look after your account" }).waitFor();
  await phone.getByRole("link", { name: "Sign in" }).click();
  await phone.getByLabel("Password").waitFor();
});

const PHONE =
  "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.6099.144 Mobile Safari/537.36";

test("signing out ends the session, and the next sign-in asks for the password", {
  skip,
}, async (t) => {
  const { page, tenant } = await visit(t);
  const before = tenant.sessions(ada).length;
  await press(page, "Sign out");
  await page.getByRole("heading", { name: "Look after your account" }).waitFor();
  assert.equal(tenant.sessions(ada).length, before - 1);
  await page.goBack();
  assert.equal(await page.getByText("ada@example.com").count(), 0, "Back shows nothing");
  await page.goto(page.url());
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("Password").waitFor();
});

test("everything works without JavaScript", { skip }, async (t) => {
  const { page, tenant } = await visit(t, { javaScriptEnabled: false });
  await pressAndConfirm(page, /^Sign out Googlebot/);
  assert.match(await message(page), /^Googlebot \(Milton, United States\) was signed out/);
  await pressAndConfirm(page, "Sign out all others");
  assert.match(await message(page), /other sessions were signed out/);
  await connect(page, "GitHub");
  assert.match(await message(page), /connected/);
  await pressAndConfirm(page, /^Disconnect GitHub/);
  assert.match(await message(page), /disconnected/);
  assert.equal(tenant.user(ada).identities.length, 1);
  await pressAndConfirm(page, "Remove recovery code");
  await page.getByText(/^The recovery code was removed/).waitFor();
  await press(page, "Change password");
  await page.getByLabel("New password", { exact: true }).waitFor();
});

test("a page of the same site, whose requests carry the cookies, cannot trigger an action", {
  skip,
}, async (t) => {
  const { page, tenant, url } = await visit(t);
  const before = tenant.sessions(ada).length;
  // Another port of the same host is another origin, but the same site.
  const evil = "http://localhost:4242/evil";
  await page.route(evil, (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<form method="post" action="${url}/sessions/sign-out-others"><button>Win</button></form>`,
    }),
  );
  await page.goto(evil);
  await press(page, "Win");
  await page.getByText("changes only on these pages").waitFor();
  assert.equal(tenant.sessions(ada).length, before);
});
